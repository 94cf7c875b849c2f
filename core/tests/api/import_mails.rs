//! Mails that become leads: our own, two devices that import the same ones, and the collection of real ones.

use std::path::{Path, PathBuf};

use satchel_core::{
    Command, Kind,
    exchange::{Draft, ImportReport, Target, import},
    record::{MAX_FILE, Opportunity},
};

use crate::common::{Desk, meet, own};

const PDF: &[u8] = b"%PDF-1.4 an offer";

fn draft(files: &[(&str, Vec<u8>)]) -> Result<Draft, String> {
    let files = files.iter().map(|(name, bytes)| ((*name).to_owned(), bytes.clone())).collect();
    import::read(files, None).map_err(|e| e.to_string())
}

fn take(desk: &Desk, files: &[(&str, Vec<u8>)]) -> ImportReport {
    draft(files).expect("read").run(&desk.ws, false, &mut |_, _| {}).expect("taken")
}

fn mail(head: &str, body: &str) -> Vec<u8> {
    format!("From: Bob Road <bob@acme.example>\n{head}\n\n{body}").replace('\n', "\r\n").into_bytes()
}

/// The one lead that there is after a mail was taken.
fn lead_of(bytes: &[u8]) -> Opportunity {
    let desk = Desk::ann();
    let report = take(&desk, &[("a.eml", bytes.to_vec())]);
    assert_eq!((report.files[0].created, report.files[0].kind), (1, "leads"), "{report:?}");
    desk.ws.records().opportunities.values().next().cloned().expect("a lead")
}

fn with_offer(id: &str) -> Vec<u8> {
    mail(
        &format!("Message-ID: <{id}>\nSubject: Offer wanted\nContent-Type: multipart/mixed; boundary=\"=_a\""),
        "no reader sees this\n--=_a\nContent-Type: multipart/alternative; boundary=b\n\n\
         --b\nContent-Type: text/plain; charset=utf-8\n\nPlease send an offer.\n\
         --b\nContent-Type: text/x-amp-html\n\n<html amp4email><p>Please send</p></html>\n\
         --b\nContent-Type: text/html\n\n<p>Please send an <b>offer</b>.</p><img src=\"cid:logo\">\n--b--\n\
         --=_a\nContent-Type: image/png\nContent-ID: <logo>\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=\n\
         --=_a\nContent-Type: application/pdf; name=\"=?utf-8?Q?Gr=C3=B6=C3=9Fe.pdf?=\"\nContent-Disposition: attachment\n\
         Content-Transfer-Encoding: base64\n\nJVBERi0xLjQgYW4gb2ZmZXI=\n\
         --=_a\nContent-Type: message/rfc822\n\nSubject: earlier\n\nwords of before\n--=_a--\nnor this\n",
    )
}

#[test]
fn a_mail_is_a_lead() {
    let lead = lead_of(&mail(
        "Date: Tue, 3 Mar 2026 14:05:06 +0100\nSubject: Ten lorries\nCc: Eva <eva@acme.example>, z@b.example\nMessage-ID: <1@a>",
        "Dear Ann,\n\nwhat do ten lorries cost?\n",
    ));
    assert_eq!((lead.name.as_str(), lead.is_lead()), ("Ten lorries", true));
    assert_eq!((lead.contact_name.as_str(), lead.email_from.as_str()), ("Bob Road", "bob@acme.example"));
    assert_eq!((lead.email_cc.as_str(), lead.phone.as_str()), ("eva@acme.example, z@b.example", ""));
    assert_eq!(lead.description, "Dear Ann,\n\nwhat do ten lorries cost?");
    assert_eq!(lead.meta.create_date.expect("when it was written").to_rfc3339(), "2026-03-03T13:05:06+00:00");
    assert_eq!((lead.user, lead.partner), (None, None));
}

#[test]
fn whatever_its_words_are_written_in() {
    let quoted = "Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\
                  Subject: =?iso-8859-1?Q?Stra=DFe?= =?utf-8?B?IMOcYmVyIDUg4oKs?=";
    let lead = lead_of(&mail(quoted, "Gr=F6=DFe f=FCnf,=\n sechs"));
    assert_eq!((lead.name.as_str(), lead.description.as_str()), ("Straße Über 5 €", "Größe fünf, sechs"));
    let base64 = "Content-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: base64\nSubject: a";
    assert_eq!(lead_of(&mail(base64, "R3LDvMOfZSBhdXMgS8O2\nbG4=\n")).description, "Grüße aus Köln");
    let windows = b"From: =?windows-1252?Q?J=F6rg?= <j@a.example>\nSubject: b\nContent-Type: text/plain; charset=windows-1252\n\n\x84Gr\xfc\xdfe\x93 \x96 5 \x80";
    let lead = lead_of(windows);
    assert_eq!((lead.contact_name.as_str(), lead.description.as_str()), ("Jörg", "„Grüße“ – 5 €"));
    let untold = b"From: a@b.example\nSubject: c\n\nGr\xfc\xdfe aus K\xf6ln, der sch\xf6nen Stadt am Rhein";
    assert_eq!(lead_of(untold).description, "Grüße aus Köln, der schönen Stadt am Rhein");
    let damaged = b"From: a@b.example\nSubject: d\nContent-Type: text/plain; charset=utf-8\n\nGr\xc3\xbc\xc3\x9fe\xff aus K\xc3\xb6ln";
    assert_eq!(lead_of(damaged).description, "Grüße\u{fffd} aus Köln");
    let unescaped = b"From: K\xc3\xb6hler <a@b.example>\nSubject: =?iso-8859-1?Q?Die_Fr\xf6sche?= =?utf-8?Q?aus_K=C3=B6ln?= =?x\n\nx";
    let lead = lead_of(unescaped);
    assert!(lead.name.starts_with("Die Fröscheaus Köln"), "{}", lead.name);
    let short = b"From: a@b.example\nSubject: e\nContent-Type: text\n\nonly words";
    let lead = lead_of(short);
    assert_eq!((lead.description.as_str(), lead.attachments.len()), ("only words", 0));
    let japanese = b"From: a@b.example\nSubject: =?ISO-2022-JP?B?GyRCJUYlOSVIGyhC?=\nContent-Type: text/plain; charset=iso-2022-jp\n\n\x1b$B%F%9%H\x1b(B";
    let lead = lead_of(japanese);
    assert_eq!((lead.name.as_str(), lead.description.as_str()), ("テスト", "テスト"));
}

#[test]
fn plain_words_go_before_a_page_and_a_page_becomes_words() {
    assert_eq!(lead_of(&with_offer("1@a")).description, "Please send an offer.");
    let page = "Content-Type: text/html; charset=utf-8\nSubject: page";
    let html = "<html><head><style>p {}</style></head><body><div>Hi Ann,</div><p>5&nbsp;&lt; 6 &amp; so on<br>Bob</p></body></html>";
    assert_eq!(lead_of(&mail(page, html)).description, "Hi Ann,\n5 < 6 & so on\nBob");
    let unclosed = "Content-Type: multipart/mixed; boundary=x\nSubject: cut off";
    assert_eq!(
        lead_of(&mail(unclosed, "--x\n\nfirst\n--x\nContent-Type: text/plain\n\nsecond")).description,
        "first\n\nsecond"
    );
    let missing = "Content-Type: multipart/mixed; boundary=x\nSubject: no parts";
    assert_eq!(lead_of(&mail(missing, "only words")).description, "only words");
}

#[test]
fn who_is_to_be_answered_is_who_it_is_about() {
    let form = b"From: Web form <no-reply@us.example>\nReply-To: Zo\xc3\xab <zoe@b.example>\nSubject: Contact\n\nhello";
    let lead = lead_of(form);
    assert_eq!((lead.contact_name.as_str(), lead.email_from.as_str()), ("Zoë", "zoe@b.example"));
    let bare = lead_of(b"From: zoe@b.example\nDate: never\n\nhello");
    assert_eq!((bare.contact_name.as_str(), bare.email_from.as_str()), ("", "zoe@b.example"));
    assert_eq!(bare.name, "No Subject", "spec §2");
    assert_eq!(lead_of(b"Subject: \nTo: us@a.example\n\n").name, "No Subject");
}

#[test]
fn what_is_attached_to_a_mail_is_attached_to_its_lead() {
    let desk = Desk::ann();
    let draft = draft(&[("a.eml", with_offer("1@a"))]).expect("read");
    let dry = draft.run(&desk.ws, true, &mut |_, _| {}).expect("tried");
    assert_eq!((dry.files[0].created, desk.ws.records().opportunities.len()), (1, 0));
    draft.run(&desk.ws, false, &mut |_, _| {}).expect("taken");
    let records = desk.ws.records();
    let lead = records.opportunities.values().next().expect("a lead");
    let files: Vec<(&str, Vec<u8>)> =
        lead.attachments.iter().map(|a| (a.name.as_str(), desk.ws.file(a.hash).expect("its bytes"))).collect();
    assert_eq!(files.len(), 2, "no picture that the page shows: {files:?}");
    assert!(files.contains(&("Größe.pdf", PDF.to_vec())), "{files:?}");
    assert!(files.contains(&("attachment 2.eml", b"Subject: earlier\r\n\r\nwords of before".to_vec())), "{files:?}");
    // Unless somebody does not want them.
    let other = Desk::ann();
    let mut draft = draft.clone();
    draft.map("Attachments", Target::Skip).expect("mapped");
    draft.run(&other.ws, false, &mut |_, _| {}).expect("taken");
    assert!(other.ws.records().opportunities.values().all(|lead| lead.attachments.is_empty()));
}

#[test]
fn what_cannot_be_attached_is_told_and_the_rest_is_taken() {
    let large = "A".repeat(MAX_FILE as usize / 3 * 4 + 8);
    let parts = format!(
        "--x\n\nwords\n--x\nContent-Disposition: attachment; filename=large.bin\nContent-Transfer-Encoding: base64\n\n{large}\n\
         --x\nContent-Disposition: attachment; filename=empty.pdf\n\n\n--x--"
    );
    let desk = Desk::ann();
    let report = take(&desk, &[("a.eml", mail("Content-Type: multipart/mixed; boundary=x\nSubject: s", &parts))]);
    let refused: Vec<String> = report.files[0].refused.iter().map(|r| format!("{}: {}", r.column, r.reason)).collect();
    assert_eq!(
        refused,
        [
            "Attachments: ‘large.bin’ has 25 MiB, more than the 25 that can be attached, and is left out",
            "Attachments: ‘empty.pdf’ is empty or damaged, and is not attached"
        ]
    );
    assert_eq!((report.files[0].created, desk.ws.records().opportunities.len()), (1, 1));
}

#[test]
fn a_known_address_is_a_customer() {
    let desk = Desk::ann();
    let bob = desk.ws.new_id(Kind::Contact);
    let fields = own(&[("name", "Bob Road".into()), ("email", "Bob@Acme.example".into())]);
    desk.run(Command::Create { id: bob, fields });
    take(&desk, &[("a.eml", with_offer("1@a"))]);
    let records = desk.ws.records();
    let lead = records.opportunities.values().next().expect("a lead");
    assert_eq!((lead.partner, lead.email_from.as_str()), (Some(bob), "bob@acme.example"));
    assert_eq!(records.contacts.len(), 1, "nobody is made");
}

#[test]
fn the_same_mail_is_the_same_lead() {
    let ann = Desk::ann();
    let first = take(&ann, &[("a.eml", with_offer("1@a")), ("saved again.eml", with_offer("1@a"))]);
    assert_eq!((first.files[0].created, first.files[1].duplicates), (1, 1), "{first:?}");
    let id = *ann.ws.records().opportunities.keys().next().expect("a lead");
    // What was done since stays, also what was taken off.
    ann.set(id, &[("name", "Fleet of Acme".into())]);
    let offer = ann.ws.records().opportunities[&id].attachments[0].id;
    ann.run(Command::Detach { id: offer });
    let again = take(&ann, &[("b.eml", with_offer("1@a"))]);
    assert_eq!((again.files[0].created, again.files[0].unchanged), (0, 1), "{again:?}");
    assert_eq!(
        (ann.text(id, "name"), ann.ws.records().opportunities[&id].attachments.len()),
        ("Fleet of Acme".into(), 1)
    );
    // Without an identifier its bytes name it, whichever line ends they have.
    let unnamed = mail("Subject: who am I", "words\n");
    let report = take(&ann, &[("c.eml", unnamed.clone())]);
    assert_eq!(report.files[0].created, 1);
    let plain: Vec<u8> = unnamed.iter().copied().filter(|b| *b != b'\r').collect();
    assert_eq!(take(&ann, &[("d.eml", plain)]).files[0].unchanged, 1);
    assert_eq!(take(&ann, &[("e.eml", mail("Subject: who am I", "other words\n"))]).files[0].created, 1);
}

#[test]
fn what_was_taken_off_a_lead_that_was_merged_since_stays_off() {
    let ann = Desk::ann();
    take(&ann, &[("a.eml", with_offer("1@a"))]);
    let lead = *ann.ws.records().opportunities.keys().next().expect("a lead");
    let deal = ann.add(&[("name", "The same".into())]);
    ann.run(Command::Merge { ids: vec![deal, lead], choices: Vec::new() });
    assert_eq!(ann.ws.records().head(lead), deal);
    let offers = || ann.ws.records().opportunities[&deal].attachments.iter().map(|a| a.id).collect::<Vec<_>>();
    assert_eq!(offers().len(), 2);
    for id in offers() {
        ann.run(Command::Detach { id });
    }
    // A device that never knew them knows of them no more than one that was started since.
    let bob = ann.admit("Bob Road", 2);
    meet(&ann, &bob);
    let again = take(&bob, &[("c.eml", with_offer("1@a"))]);
    assert!(again.files[0].refused.is_empty(), "{again:?}");
    meet(&ann, &bob);
    assert_eq!(offers(), []);
}

#[test]
fn two_who_import_a_mail_apart_have_one_lead() {
    let ann = Desk::ann();
    let bob = ann.admit("Bob Road", 2);
    for desk in [&ann, &bob] {
        take(desk, &[("a.eml", with_offer("1@a"))]);
    }
    meet(&ann, &bob);
    assert_eq!(ann.digest(), bob.digest());
    let records = ann.ws.records();
    assert_eq!(records.opportunities.len(), 1);
    let lead = records.opportunities.values().next().expect("a lead");
    assert_eq!((lead.description.as_str(), lead.attachments.len()), ("Please send an offer.", 2));
    assert!(lead.meta.conflicts.is_empty(), "{:?}", lead.meta.conflicts);
}

#[test]
fn an_import_of_mails_is_taken_back_and_comes_again() {
    let desk = Desk::ann();
    let report = take(&desk, &[("a.eml", with_offer("1@a")), ("b.eml", mail("Subject: two", "b"))]);
    let live = || desk.ws.records().opportunities.values().filter(|lead| !lead.meta.deleted).count();
    assert_eq!(live(), 2);
    desk.ws.undo_batch(report.import.expect("a batch")).expect("undone");
    assert_eq!(live(), 0);
    let report = take(&desk, &[("a.eml", with_offer("1@a"))]);
    assert!(report.files[0].refused.is_empty(), "{report:?}");
    assert_eq!(live(), 1);
    let records = desk.ws.records();
    let lead = records.opportunities.values().find(|lead| !lead.meta.deleted).expect("back");
    assert_eq!((lead.name.as_str(), lead.attachments.len()), ("Offer wanted", 2));
}

#[test]
fn what_is_no_mail_is_refused_with_a_reason() {
    let told = |name: &str, bytes: &[u8]| draft(&[(name, bytes.to_vec())]).expect_err("refused");
    let none = "a.eml: is no mail: it says neither who wrote it nor what about";
    for rubbish in [
        &b"Dear Ann,\nas we said: yes.\n"[..],
        b"%PDF-1.4 \x00\x01",
        b"\x00\xff\x00\xff",
        b"PK\x03\x04",
        b"\n\n\n",
        b"a:b:c",
    ] {
        assert_eq!(told("a.eml", rubbish), none, "{}", String::from_utf8_lossy(rubbish));
    }
    assert_eq!(told("a.eml", b""), "a.eml: is empty");
    assert!(told("a.msg", b"\xd0\xcf\x11\xe0").contains("save it as .eml"));
    assert!(told("a.mbox", b"From a@b").contains("save the mails"));
    // Also without its ending.
    assert!(draft(&[("mail.txt", [b"Received: by x\r\n", &with_offer("1@a")[..]].concat())]).is_ok());
}

#[test]
fn what_nobody_should_send_is_bounded() {
    let bounded = |bytes: Vec<u8>| {
        let told = match draft(&[("a.eml", bytes)]) {
            Ok(draft) => {
                let row = &draft.sheets[0].0.rows[0];
                assert!(row.cells.iter().all(|cell| cell.len() <= 64 << 10), "cells fit");
                let report = draft.run(&Desk::ann().ws, false, &mut |_, _| {}).expect("taken");
                assert_eq!(report.files[0].created, 1, "{:?}", report.files[0].refused);
                return String::new();
            }
            Err(reason) => reason,
        };
        println!("{told}");
        told
    };
    let nested = |kind: &str, times: usize| {
        mail("Subject: deep", "").into_iter().chain(format!("Content-Type: {kind}\n\n").repeat(times).into_bytes())
    };
    bounded(nested("message/rfc822", 300_000).collect());
    bounded(mail("Subject: deep", &"Content-Type: message/rfc822\n\n".repeat(300_000)));
    let deep: String = (0..5_000).map(|n| format!("Content-Type: multipart/mixed; boundary={n}\n\n--{n}\n")).collect();
    let told = bounded(format!("Subject: a\n{deep}").into_bytes());
    assert!(told.contains("parts in parts"), "{told}");
    let told = bounded(mail("Subject: a\nContent-Type: multipart/mixed; boundary=x", &"--x\n\n".repeat(500_000)));
    assert!(told.contains("more than 1000 parts"), "{told}");
    bounded(format!("Subject: {}\n\nwords", "long ".repeat(40_000)).into_bytes());
    bounded(
        format!("From: \"{}\" <a@b.example>\nCc: {}\n\nwords", "é".repeat(50_000), "a@b.example,".repeat(8_000))
            .into_bytes(),
    );
    bounded(mail("Subject: a", &"words ".repeat(1 << 20)));
    bounded(mail("Subject: a\nContent-Type: text/html", &"<div>".repeat(1 << 20)));
    bounded(mail("Subject: a\nContent-Type: text/html", &"&lt;".repeat(1 << 20)));
    bounded(mail("Subject: a\nContent-Type: text/plain; charset=utf-7", &"+".repeat(1 << 20)));
    assert!(bounded("a: b\n".repeat(1 << 20).into_bytes()).contains("is no mail"));
    assert!(bounded(mail("Subject: a", &"x".repeat(65 << 20))).contains("mails of up to 64 are read"));
}

/// All mails below a folder.
fn mails(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        match path.is_dir() {
            true => mails(&path, found),
            false if path.extension().is_some_and(|e| e == "eml") => found.push(path),
            false => {}
        }
    }
}

#[test]
fn every_real_mail_is_a_lead_or_refused_with_a_reason() {
    let mut found = Vec::new();
    mails(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/eml"), &mut found);
    if found.is_empty() {
        println!("skipped: no mails beside the project");
        return;
    }
    found.sort();
    let desk = Desk::ann();
    let (mut taken, mut files) = (0, 0);
    for path in &found {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let bytes = std::fs::read(path).expect("its bytes");
        let draft = match draft(&[(&name, bytes)]) {
            Ok(draft) => draft,
            Err(reason) => {
                println!("REFUSED {reason}");
                assert!(!reason.contains("cannot be read"), "{}", path.display());
                continue;
            }
        };
        let row = &draft.sheets[0].0.rows[0];
        files += row.files.len();
        let report = draft.run(&desk.ws, false, &mut |_, _| {}).expect("taken");
        let file = &report.files[0];
        assert!(file.created + file.unchanged + file.updated == 1, "{name}: {file:?}");
        taken += 1;
        assert!(
            !row.cells.iter().any(|cell| cell.contains(char::REPLACEMENT_CHARACTER)),
            "{}: {row:?}",
            path.display()
        );
        let shown: Vec<String> = row.cells.iter().map(|c| c.chars().take(60).collect()).collect();
        println!("{} {shown:?} {:?}", path.display(), file.refused);
    }
    println!("{taken} of {} mails taken, {files} attached files", found.len());
    assert!(taken * 10 > found.len() * 8, "most are mails");
    let records = desk.ws.records();
    assert!(records.opportunities.values().all(|lead| !lead.name.is_empty()));
}
