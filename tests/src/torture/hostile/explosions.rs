//! Well-formed bytes made to grow: little that claims to be much. Each is refused in words or bounded.

use std::{io::Write, iter};

use anyhow::{Context, Result, ensure};
use automerge::{ActorId, AutoCommit, ObjType, ROOT, transaction::Transactable};
use flate2::{Compression, write::DeflateEncoder};
use satchel_core::{
    DeviceId, DocId, Epoch, Kind,
    commit::forge::{Body, Change, Intent, Layout, forge, number as leb},
    members::{Last, Operation, Role},
};
use satchel_sync::protocol::VERSION;

use super::{
    changes::{automerge, chunk, content},
    device::Attacked,
    files, frames,
    growth::{self, Growth},
    logs,
};
use crate::torture::bounds::Watch;

type Explosion = (&'static str, fn(&mut Attacked) -> Result<()>);

pub const COUNT: u64 = EXPLOSIONS.len() as u64;

const EXPLOSIONS: &[Explosion] = &[
    ("a change of five million operations in 113 bytes", |it| runs(it, 1, 5_000_000)),
    ("a change of 2^62 operations", |it| runs(it, 1, u64::MAX >> 2)),
    ("a change of 160,000 operations in 113 bytes", |it| runs(it, 1, 160_000)),
    ("ten commits that put as much as is taken, one after the other", |it| growth::heaped(it, Growth::Letters, false)),
    ("ten commits that put as much as is taken, beside each other", |it| growth::heaped(it, Growth::Letters, true)),
    ("ten commits that delete as much as is taken, one after the other", |it| {
        growth::heaped(it, Growth::Deletions, false)
    }),
    ("ten commits that delete as much as is taken, beside each other", |it| {
        growth::heaped(it, Growth::Deletions, true)
    }),
    ("ten commits that put as much as is taken, together", |it| growth::together(it, Growth::Letters)),
    ("ten commits that delete as much as is taken, together", |it| growth::together(it, Growth::Deletions)),
    ("a thousand commits that delete as much as is taken, each in a log of its own", growth::flood),
    ("ten commits that put as much as is taken, which wait for one that comes last", |it| {
        growth::waiting(it, Growth::Letters)
    }),
    ("ten commits that delete as much as is taken, which wait for one that comes last", |it| {
        growth::waiting(it, Growth::Deletions)
    }),
    ("an operation of as high a number as is taken", high),
    ("a thousand changes of 100,000 operations in a commit", |it| runs(it, 1_000, 100_000)),
    ("a change that inflates to 600 MB", inflating),
    ("a document where a change belongs", |it| altered(it, |bytes| *bytes = chunk(0, content(bytes)))),
    ("maps in maps, 30,000 deep", |it| made(it, nested)),
    ("50,000 unknown keys in one document", |it| made(it, wide)),
    ("a key of a megabyte", |it| made(it, long_key)),
    ("a value of a megabyte", |it| made(it, long_value)),
    ("2,000 invitations in one commit", |it| operations(it, |n, _| invitation(n))),
    ("2,000 removals in one commit", |it| {
        operations(it, |n, _| Operation::Remove { device: number(n), last: Vec::new() })
    }),
    ("removals with 250 last commits each", |it| {
        operations(it, |n, _| Operation::Remove {
            device: number(n % 20),
            last: (0..250).map(|m| last(n * 250 + m)).collect(),
        })
    }),
    ("2,000 changes of role in one commit", |it| {
        operations(it, |n, it| Operation::SetRole {
            user: it.bob.user(),
            role: if n % 2 == 0 { Role::Guest } else { Role::Manager },
        })
    }),
    ("five hundred people who come and go", comings_and_goings),
    ("thousands of logs of one device", logs::beside),
    ("more logs of one device than a frame tells of", logs::beyond_a_frame),
    ("thousands of removals without a right, each in a log of its own", |it| {
        logs::takings(it, |n| Operation::Remove { device: number(n), last: Vec::new() })
    }),
    ("hundreds of forks of one log", logs::forks),
    ("a frame that claims 4 GB", |it| frames::offer(it, &[&[0xff; 4][..], &[VERSION, 7]].concat())),
    ("a frame that claims a billion commits", |it| frame(it, &[&[7, 0][..], &leb(1_000_000_000)].concat())),
    ("a frame that claims a vector of a billion logs", |it| frame(it, &[&[6][..], &leb(1_000_000_000)].concat())),
    ("a million logs told of, some in every frame", |it| {
        let frames = (0..20u64).map(|n| {
            let mut body = [&[7][..], &leb(50_000)].concat();
            for m in 0..50_000 {
                body.extend([&number(n * 50_000 + m).0[..], &[7; 16], &[1]].concat());
            }
            body.extend([0, 1]);
            body
        });
        // And then nothing, again and again.
        let nothing = iter::repeat_n(vec![7, 0, 0, 1], 300_000);
        frame_after_frame(it, &frames.chain(nothing).collect::<Vec<_>>())
    }),
    ("a megabyte of frames of one byte", |it| {
        let one = [2, 0, 0, 0, VERSION, 1];
        frames::offer_answer(it, &one.repeat(1 << 18))
    }),
    ("two cells in the corners of a sheet", |it| {
        sheet(
            it,
            "<row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>",
        )
    }),
    ("a sheet of a million rows that are wide once", |it| {
        let rows: String = (2..1_000_000).map(|n| format!("<row r=\"{n}\"><c r=\"A{n}\"><v>1</v></c></row>")).collect();
        sheet(it, &format!("<row r=\"1\"><c r=\"XFD1\"><v>1</v></c></row>{rows}"))
    }),
    ("a sheet that unpacks to 4 GB", |it| {
        let bomb = bomb()?;
        files::read(it, "bomb.xlsx", bomb)
    }),
    ("two million short lines under 100,000 headers", |it| {
        let table = format!("{}\n{}", "h,".repeat(100_000), "1\n".repeat(2_000_000));
        files::read(it, "wide.csv", table.into_bytes())
    }),
    ("eight megabytes of quotation marks", |it| files::read(it, "quotes.csv", "\"".repeat(8 << 20).into_bytes())),
    ("brackets in brackets", |it| files::read(it, "deep.csv", "[".repeat(8 << 20).into_bytes())),
    ("cards in cards", |it| files::read(it, "deep.vcf", "BEGIN:VCARD\n".repeat(500_000).into_bytes())),
    ("a card of 200,000 numbers", |it| {
        let card = format!("BEGIN:VCARD\nFN:A\n{}END:VCARD\n", "TEL:+32 9 000 00 00\n".repeat(200_000));
        files::read(it, "many.vcf", card.into_bytes())
    }),
    ("calendars in calendars", |it| {
        files::read(it, "deep.ics", "BEGIN:VCALENDAR\nBEGIN:VEVENT\n".repeat(100_000).into_bytes())
    }),
    ("a thousand meetings every second for ever", |it| {
        let event = "BEGIN:VEVENT\nUID:a\nDTSTART:20260101T000000Z\nRRULE:FREQ=SECONDLY\nSUMMARY:A\nEND:VEVENT\n";
        let file = format!("BEGIN:VCALENDAR\n{}END:VCALENDAR\n", event.repeat(1_000));
        files::read(it, "often.ics", file.into_bytes())
    }),
    ("a rule with 100,000 days", |it| {
        let days = "1,".repeat(100_000);
        let event = format!(
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nDTSTART:20260101T000000Z\nRRULE:FREQ=MONTHLY;BYMONTHDAY={days}1\n\
             SUMMARY:A\nEND:VEVENT\nEND:VCALENDAR\n"
        );
        files::read(it, "days.ics", event.into_bytes())
    }),
    ("a ticket of a megabyte", |it| {
        files::offer_ticket(it, format!("satchel:join/{}", "a".repeat(1 << 20)).as_bytes())
    }),
    ("mails in mails, 300,000 deep", |it| {
        let deep = "Content-Type: message/rfc822\n\n".repeat(300_000);
        files::read(it, "deep.eml", format!("Subject: a\n{deep}").into_bytes())
    }),
    ("a mail of two million parts", |it| {
        let parts = "--x\n\n".repeat(2_000_000);
        files::read(
            it,
            "parts.eml",
            format!("Subject: a\nContent-Type: multipart/mixed; boundary=x\n\n{parts}").into_bytes(),
        )
    }),
    ("a mail with two million headers", |it| {
        files::read(it, "heads.eml", format!("Subject: a\n{}", "A:\n".repeat(2_000_000)).into_bytes())
    }),
    ("a mail with copies to two million", |it| {
        files::read(it, "copies.eml", format!("Subject: a\nCc: {}\n\nwords", "a@b,".repeat(2_000_000)).into_bytes())
    }),
    ("a page of a million blocks in each other", |it| {
        let page = "<div>".repeat(1_000_000);
        files::read(it, "page.eml", format!("Subject: a\nContent-Type: text/html\n\n{page}").into_bytes())
    }),
];

/// One of them, against a device of its own.
pub fn run(seed: u64) -> Result<u64> {
    let (name, explode) = EXPLOSIONS.get(seed as usize).context("there are not so many")?;
    let mut attacked = Attacked::new()?;
    attacked.reset(2)?;
    let watch = Watch::begin();
    explode(&mut attacked).context(*name)?;
    println!("{name}: {} with what it is made of", watch.end()?);
    attacked.holds().context(*name)?;
    Ok(1)
}

/// Whatever is made of it, Bob lives and holds.
fn give(attacked: &mut Attacked, alter: impl FnOnce(&mut Body)) -> Result<()> {
    let forged = forge(&attacked.commits[attacked.at], &attacked.ann.ws.device_key(), alter);
    // Too large for a commit: its author's own program cannot seal it.
    let Some(forged) = forged else { return Ok(()) };
    let watch = Watch::begin();
    let accepted = attacked.bob.accept(vec![forged])?;
    let spent = watch.end()?;
    ensure!(spent.mib.is_none_or(|mib| mib <= growth::MOST_MEMORY), "{spent}");
    if accepted.applied == 0 {
        ensure!(attacked.is_as_before()?, "refused, and the digest changed");
        println!("  {}: {spent}", accepted.refused.first().map_or("waits", String::as_str));
    } else {
        println!("  {}: {spent}", accepted.aside.first().map_or("taken", String::as_str));
    }
    Ok(())
}

fn altered(attacked: &mut Attacked, alter: impl Fn(&mut Vec<u8>)) -> Result<()> {
    give(attacked, |body| automerge(body).for_each(alter))
}

/// Changes that put one key `count` times each, in about a hundred bytes.
fn runs(attacked: &mut Attacked, changes: usize, count: u64) -> Result<()> {
    give(attacked, |body| {
        let Some(mut change) = body.changes.first().cloned() else { return };
        if let Change::Automerge(bytes) = &mut change.change {
            *bytes = growth::nothings(bytes, count).unwrap_or_default();
        }
        body.changes = vec![change; changes];
    })
}

fn high(attacked: &mut Attacked) -> Result<()> {
    altered(attacked, |bytes| {
        if let Some(mut change) = Layout::of(bytes) {
            change.start = leb(1 << 31);
            *bytes = change.change();
        }
    })
}

fn inflating(attacked: &mut Attacked) -> Result<()> {
    let mut deflate = DeflateEncoder::new(Vec::new(), Compression::best());
    for _ in 0..600 {
        deflate.write_all(&[0; 1 << 20])?;
    }
    let deflated = deflate.finish()?;
    altered(attacked, move |bytes| *bytes = chunk(2, &deflated))
}

/// A new document that a changed program made, in the author's own name.
fn made(attacked: &mut Attacked, make: fn(&mut AutoCommit) -> Result<()>) -> Result<()> {
    let mut actor = None;
    forge(&attacked.commits[attacked.at], &attacked.ann.ws.device_key(), |body| {
        actor = automerge(body).next().map(|bytes| {
            let content = content(bytes);
            let deps = 1 + 32 * usize::from(content[0]);
            content[deps + 1..][..usize::from(content[deps])].to_vec()
        });
    });
    let mut document = AutoCommit::new().with_actor(ActorId::from(actor.context("a change")?));
    make(&mut document)?;
    document.commit();
    let mut change = document.get_last_local_change().context("a change")?;
    let bytes = change.bytes().to_vec();
    let plain = document.get_changes(&[]).first().map(|c| c.raw_bytes().to_vec()).unwrap_or(bytes);
    let id = DocId::derived(attacked.bob.id(), "test", Kind::Opportunity, "made");
    give(attacked, |body| {
        body.changes.truncate(1);
        body.changes.iter_mut().for_each(|c| {
            c.doc = id;
            c.change = Change::Automerge(plain.clone());
        });
    })
}

fn nested(document: &mut AutoCommit) -> Result<()> {
    let mut at = ROOT;
    for _ in 0..30_000 {
        at = document.put_object(&at, "a", ObjType::Map)?;
    }
    Ok(())
}

fn wide(document: &mut AutoCommit) -> Result<()> {
    (0..50_000).try_for_each(|n| document.put(ROOT, format!("k{n}"), n))?;
    Ok(())
}

fn long_key(document: &mut AutoCommit) -> Result<()> {
    Ok(document.put(ROOT, "k".repeat(1 << 20), 1)?)
}

fn long_value(document: &mut AutoCommit) -> Result<()> {
    Ok(document.put(ROOT, "name", "v".repeat(1 << 20))?)
}

/// More than a commit may hold, then as many as it may.
fn operations(attacked: &mut Attacked, operation: fn(u64, &Attacked) -> Operation) -> Result<()> {
    for count in [2_000, 64] {
        let operations: Vec<Operation> = (0..count).map(|n| operation(n, attacked)).collect();
        give(attacked, |body| {
            body.changes.clear();
            body.intent = Intent::Members(operations);
        })?;
    }
    Ok(())
}

/// By honest means, one commit after another.
fn comings_and_goings(attacked: &mut Attacked) -> Result<()> {
    let ann = &attacked.ann;
    for seed in 0..500 {
        let left = ann.admit_unmet(Role::Guest, &format!("Guest {seed}"), 1_000 + seed)?;
        ann.ws.remove_user(left.ws.user())?;
    }
    let sent = ann.ws.commits_beyond(&attacked.bob.vector(), 0, usize::MAX)?.0;
    let watch = Watch::begin();
    let accepted = attacked.bob.accept(sent)?;
    let spent = watch.end()?;
    println!("  {} taken, {} members: {spent}", accepted.applied, attacked.bob.members().roles.len());
    Ok(())
}

fn invitation(n: u64) -> Operation {
    Operation::Invite { invitation: number(n).0, role: Role::Guest, user: None, expires: i64::MAX }
}

fn last(n: u64) -> Last {
    let mut epoch = [7; 16];
    epoch[..8].copy_from_slice(&n.to_le_bytes());
    Last { device: number(n % 20), epoch: Epoch(epoch), seq: 1 }
}

fn number(n: u64) -> DeviceId {
    let mut bytes = [7; 32];
    bytes[..8].copy_from_slice(&n.to_le_bytes());
    DeviceId(bytes)
}

/// Said after an honest greeting.
fn frame(attacked: &mut Attacked, body: &[u8]) -> Result<()> {
    frame_after_frame(attacked, &[body.to_vec()])
}

fn frame_after_frame(attacked: &mut Attacked, bodies: &[Vec<u8>]) -> Result<()> {
    let mut said = frames::seeds(&Attacked::new()?)?.concat();
    for body in bodies {
        said.extend(((body.len() + 1) as u32).to_le_bytes());
        said.push(VERSION);
        said.extend(body);
    }
    frames::offer(attacked, &said)
}

fn sheet(attacked: &mut Attacked, rows: &str) -> Result<()> {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let xml = format!("<?xml version=\"1.0\"?><worksheet xmlns=\"{main}\"><sheetData>{rows}</sheetData></worksheet>");
    files::read(attacked, "sheet.xlsx", files::workbook(xml.as_bytes())?)
}

/// A workbook whose sheet is spaces.
fn bomb() -> Result<Vec<u8>> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("xl/worksheets/sheet1.xml", zip::write::SimpleFileOptions::default().large_file(true))?;
    for _ in 0..4_096 {
        zip.write_all(&[b' '; 1 << 20])?;
    }
    Ok(zip.finish()?.into_inner())
}
