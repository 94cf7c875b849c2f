//! Who is here: roles, devices, removal, and what has no effect any more.

use chrono::TimeDelta;
use eframe::egui::{Key, Theme};
use egui_kittest::kittest::Queryable;
use satchel_core::{Command, DocId, Kind, Workspace, members::Role};

use crate::{
    dressed,
    scene::{self, Desk},
};

/// The board of the look's picture; Celia has joined with her phone.
fn desk() -> (Desk, Workspace) {
    let mut desk = Desk::at_the_board([1280.0, 900.0]);
    let celia = dressed::colleague(&desk.workspace, &desk.clock);
    scene::meet(&desk.workspace, &celia);
    desk.harness.run_steps(4);
    (desk, celia)
}

fn go(desk: &mut Desk, place: &str) {
    desk.click("Settings");
    desk.click(place);
}

fn role(desk: &Desk, user: DocId) -> Option<Role> {
    desk.workspace.members().roles.get(&user).copied()
}

fn contact(workspace: &Workspace, name: &str) -> DocId {
    let id = workspace.new_id(Kind::Contact);
    workspace.execute(Command::Create { id, fields: vec![("name".to_owned(), name.into())] }).unwrap();
    id
}

/// A removed device comes back with a ticket for the same person, as it would by the network.
fn readmit(ann: &Workspace, celia: &Workspace) {
    let expires = ann.environment().now() + TimeDelta::days(1);
    let ticket = ann.invite(Role::Salesperson, Some("Celia Rouche"), expires).unwrap();
    celia.readmitted(&ann.admit(&celia.ask_again(&ticket).unwrap()).unwrap()).unwrap();
    scene::meet(ann, celia);
}

#[test]
fn everybody_stands_there_with_role_and_devices() {
    let (mut desk, celia) = desk();
    go(&mut desk, "Members and roles");
    assert!(desk.is_there("Vicki Laflamme, owner") && desk.is_there("Celia Rouche, salesperson"));
    assert!(desk.is_there("Device vickis-laptop, this device · admitted Thu 12 Nov"));
    assert!(desk.is_there("Device phone, admitted Thu 12 Nov · not seen from here yet"));
    desk.workspace.note_peer(celia.device(), &[], true).unwrap();
    contact(&desk.workspace, "Any");
    desk.harness.run_steps(4);
    assert!(desk.is_there("Device phone, admitted Thu 12 Nov · last seen now"));
    // Nobody removes or demotes themselves.
    assert!(!desk.is_there("Remove Vicki Laflamme") && !desk.is_there("Remove device vickis-laptop"));
    assert!(!desk.is_there("Role of Vicki Laflamme"));
}

#[test]
fn a_salesperson_sees_the_members_and_changes_none() {
    let (desk, celia) = desk();
    let mut hers = Desk::over(celia, desk.clock.clone(), [1280.0, 900.0]);
    go(&mut hers, "Members and roles");
    assert!(hers.is_there("Celia Rouche, salesperson") && hers.is_there("Device vickis-laptop"));
    for name in ["Role of", "Remove", "Invite", "Salespeople post invoices"] {
        assert!(!hers.is_there(name), "{name}");
    }
    assert!(hers.is_there("Compare the safety number with vickis-laptop"));
}

#[test]
fn both_devices_show_one_number_to_compare() {
    let (mut desk, celia) = desk();
    let number = celia.safety_number(desk.workspace.device());
    go(&mut desk, "Members and roles");
    desk.click("Compare the safety number with phone");
    assert!(desk.is_there(&format!("Safety number {number}")));
    assert!(desk.is_there("Compare beside vickis-laptop"), "where it stands on the other device");
    desk.click("Done");
    assert!(!desk.is_there("Safety number 1") && !desk.is_there(&number));
}

#[test]
fn an_invitation_says_for_whom_as_what_and_how_long() {
    let (mut desk, _celia) = desk();
    go(&mut desk, "Members and roles");
    desk.click("Invite a colleague…");
    desk.click("Manager");
    desk.click("30 days");
    desk.type_over("Their name", "celia rouche");
    assert!(desk.is_there("Celia Rouche is here already"));
    desk.type_over("Their name", " the elder");
    assert!(!desk.is_there("is here already"));
    desk.click("Make invitation");
    assert!(desk.is_there("joins as manager with it, once, until Sat 12 Dec."));
    desk.click("Done");
    let members = desk.workspace.members();
    let open: Vec<_> = members.invitations.values().filter(|i| i.used_by.is_none()).collect();
    assert_eq!((open.len(), open[0].role), (1, Role::Manager));
    assert_eq!(open[0].expires, desk.workspace.environment().now() + TimeDelta::days(30));
    assert!(desk.is_there("Manager, invited by Vicki Laflamme, until Sat 12 Dec"), "it is listed until it is used");
    // Who is only named in records is invited under that name.
    let id = desk.workspace.new_id(Kind::User);
    desk.workspace.execute(Command::Create { id, fields: vec![("name".to_owned(), "Bob Road".into())] }).unwrap();
    desk.harness.run_steps(4);
    assert!(desk.is_there("Bob Road, no device yet"));
    desk.click("Invite Bob Road…");
    desk.click("Make invitation");
    assert!(desk.is_there("Bob Road joins as salesperson"));
}

#[test]
fn roles_are_changed_and_who_posts_is_said() {
    let (mut desk, celia) = desk();
    go(&mut desk, "Members and roles");
    desk.click("Role of Celia Rouche: salesperson");
    desk.click("Manager");
    assert_eq!(role(&desk, celia.user()), Some(Role::Manager));
    desk.click("Role of Celia Rouche: manager");
    desk.click("Guest");
    assert_eq!(role(&desk, celia.user()), Some(Role::Guest));
    assert!(desk.is_there("Celia Rouche, guest"));
    assert!(desk.workspace.members().salespeople_post);
    desk.click("Salespeople post invoices");
    assert!(!desk.workspace.members().salespeople_post);
}

#[test]
fn removing_says_what_it_means_and_is_asked_first() {
    let (mut desk, celia) = desk();
    go(&mut desk, "Members and roles");
    desk.click("Remove device phone");
    assert!(desk.is_there("What that device already has, it keeps."));
    desk.key(Key::Escape);
    assert!(desk.workspace.members().is_member(celia.device()));
    desk.click("Remove device phone");
    desk.click("Remove device");
    assert!(!desk.workspace.members().is_member(celia.device()));
    assert!(desk.is_there("Removed: phone"));
    readmit(&desk.workspace, &celia);
    desk.harness.run_steps(4);
    desk.click("Remove Celia Rouche");
    assert!(desk.is_there("What those devices already have, they keep."));
    desk.click("Remove person");
    assert!(desk.workspace.members().gone.contains(&celia.user()));
    assert!(desk.is_there("Celia Rouche, removed"));
    desk.click("Invite Celia Rouche…");
    desk.click("Make invitation");
    assert!(desk.is_there("Celia Rouche joins as salesperson"));
}

#[test]
fn what_a_removed_device_wrote_stands_aside_and_its_author_gives_it_again() {
    let (mut desk, celia) = desk();
    desk.workspace.remove_device(celia.device()).unwrap();
    let late = contact(&celia, "Late customer");
    let deal = dressed::seoul(&celia);
    celia.execute(Command::Set { id: deal, fields: vec![("city".to_owned(), "Busan".into())], seen: None }).unwrap();
    scene::meet(&desk.workspace, &celia);
    desk.harness.run_steps(6);
    assert!(!desk.is_there("Set aside, "), "it is not for Vicki to give again");
    go(&mut desk, "Set aside");
    assert!(desk.is_there("Written on a removed device, after the last change of it that counts"));
    assert!(desk.is_there("GTK 500 ×2, Seoul fab: Written on a removed device"));
    assert!(!desk.is_there("Give again"));
    desk.click("Open GTK 500 ×2, Seoul fab");
    assert!(desk.is_there("Machine") || desk.is_there("Expected closing") || desk.is_there("Customer"));

    // On her device: told, and led to it, once she is back.
    let mut hers = Desk::over(celia.clone(), desk.clock.clone(), [1280.0, 900.0]);
    assert!(!hers.is_there("Set aside, "), "a device that is not a member gives nothing again");
    go(&mut hers, "Members and roles");
    assert!(hers.is_there("This device was removed: it keeps what it has and no longer syncs."));
    hers.type_over("Ticket", "not a ticket");
    hers.click("Join again");
    assert!(hers.is_there("This is not a ticket"));
    readmit(&desk.workspace, &celia);
    hers.harness.run_steps(8);
    assert!(hers.is_there("2 changes of yours have no effect any more: see Set aside"));
    hers.click("Set aside, 2");
    assert!(hers.is_there("2 changes of yours lost their effect through no fault of yours."));
    let first = hers.harness.query_all_by_label_contains("Give again: ").last().unwrap();
    first.click();
    hers.harness.run_steps(8);
    assert!(hers.is_there("1 change given again") && hers.is_there("Set aside, 1"));
    assert!(celia.records().contacts.contains_key(&late), "the older first stands at the foot");
    hers.click("Give all again");
    assert!(!hers.is_there("Set aside, ") && !hers.is_there("Give again"));
    scene::meet(&desk.workspace, &celia);
    assert_eq!(desk.workspace.records().opportunities[&deal].city, "Busan");
    assert!(desk.workspace.records().contacts.contains_key(&late));
    assert_eq!(desk.workspace.status().unwrap().digest, celia.status().unwrap().digest);
}

#[test]
fn what_is_offered_can_be_left_as_it_is() {
    let (desk, celia) = desk();
    desk.workspace.remove_device(celia.device()).unwrap();
    let late = contact(&celia, "Late customer");
    scene::meet(&desk.workspace, &celia);
    readmit(&desk.workspace, &celia);
    let mut hers = Desk::over(celia.clone(), desk.clock.clone(), [1280.0, 900.0]);
    hers.click("Set aside, 1");
    hers.click("Leave them");
    assert!(!hers.is_there("Set aside, ") && !hers.is_there("Give all again"));
    assert!(hers.is_there("Written on a removed device"), "it stays to be read");
    assert!(!celia.records().contacts.contains_key(&late));
    let mut again = Desk::over(celia.clone(), desk.clock.clone(), [1280.0, 900.0]);
    assert!(!again.is_there("Set aside, "), "kept on the device");
    go(&mut again, "Set aside");
    again.click("Give again: Create contact");
    assert!(celia.records().contacts.contains_key(&late), "and given again later on");
}

/// `SATCHEL_PICTURES=DIR cargo test --workspace --test window members::pictures`: without the variable nothing is drawn.
#[test]
fn pictures() {
    let Ok(folder) = std::env::var("SATCHEL_PICTURES") else { return };
    for (theme, size) in
        [(Theme::Light, [1280.0, 800.0]), (Theme::Dark, [1280.0, 800.0]), (Theme::Light, [1920.0, 1080.0])]
    {
        let (first, celia) = desk();
        let clock = first.clock.clone();
        first.workspace.note_peer(celia.device(), &[], true).unwrap();
        for name in ["Bob Road", "Hayden Neloms"] {
            let id = first.workspace.new_id(Kind::User);
            first.workspace.execute(Command::Create { id, fields: vec![("name".to_owned(), name.into())] }).unwrap();
        }
        let expires = first.workspace.environment().now() + TimeDelta::days(7);
        first.workspace.invite(Role::Manager, Some("Hayden Neloms"), expires).unwrap();
        let mut desk = Desk::over(first.workspace.clone(), clock.clone(), size);
        let suffix = format!("{}-{}", if theme == Theme::Dark { "dark" } else { "light" }, size[0]);
        let shoot = |desk: &mut Desk, name: &str| {
            desk.harness.ctx.set_theme(theme);
            desk.harness.run_steps(6);
            let picture = desk.harness.render().expect("a software GPU");
            picture.save(format!("{folder}/members-{name}-{suffix}.png")).unwrap();
        };
        go(&mut desk, "Members and roles");
        shoot(&mut desk, "list");
        desk.click("Compare the safety number with phone");
        shoot(&mut desk, "compare");
        desk.click("Done");
        desk.click("Remove device phone");
        shoot(&mut desk, "remove");
        desk.click("Remove device");
        desk.click("Invite a colleague…");
        shoot(&mut desk, "invite");
        desk.click("Cancel");
        contact(&celia, "Late customer");
        let deal = dressed::seoul(&celia);
        celia
            .execute(Command::Set { id: deal, fields: vec![("city".to_owned(), "Busan".into())], seen: None })
            .unwrap();
        scene::meet(&desk.workspace, &celia);
        let mut hers = Desk::over(celia.clone(), clock.clone(), size);
        go(&mut hers, "Members and roles");
        shoot(&mut hers, "removed");
        readmit(&desk.workspace, &celia);
        hers.harness.run_steps(8);
        hers.click("Set aside, 2");
        shoot(&mut hers, "aside");
        let mut tall = Desk::over(celia, clock, [size[0], 1300.0]);
        go(&mut tall, "General");
        shoot(&mut tall, "network");
        tall.click("Own relay");
        tall.fill("The relay’s address", "relay");
        shoot(&mut tall, "relay");
    }
}
