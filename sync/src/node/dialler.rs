//! Staying connected: dials members that could be reached, again and again, more rarely the longer they do not answer.

use std::{sync::Arc, time::Duration};

use tokio::time::{Instant, timeout};

use super::{
    network::{Met, Network},
    registry::Dialled,
};
use crate::protocol::{Ending, in_turn};

/// How often to look for somebody to dial, news apart.
const ROUND: Duration = Duration::from_secs(2);

/// Runs until the node is stopped.
pub(super) async fn stay_connected(network: Arc<Network>) {
    let mut stop = network.stop.subscribe();
    loop {
        let now = Instant::now();
        let mut candidates = network.candidates();
        for device in in_turn(network.workspace.device(), candidates.keys().copied().collect::<Vec<_>>()) {
            let addresses = candidates.remove(&device).unwrap_or_default();
            // Who has no known address is found by its announcement, or dials itself.
            let findable = !addresses.is_empty() || network.range.has_relays();
            if !findable || !network.registry().may_dial(device, now) {
                continue;
            }
            let network = network.clone();
            tokio::spawn(async move {
                let how = match network.dial(device, &addresses, false).await {
                    Some(Met { settled: true, ending: Ending::Done, .. }) => Dialled::Parted,
                    Some(Met { settled: true, ending: Ending::Lost | Ending::Silent, .. }) => Dialled::Lost,
                    _ => Dialled::Failed,
                };
                network.registry().dialled(device, how, Instant::now());
            });
        }
        let wait = async {
            tokio::select! {
                () = network.look.notified() => {}
                _ = stop.changed() => {}
            }
        };
        let _ = timeout(ROUND, wait).await;
        if *stop.borrow() {
            return;
        }
    }
}
