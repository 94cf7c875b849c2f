//! Files and lines that a person is given by others: tables, cards, calendars, tickets, backups.

use std::{
    fs,
    io::{Cursor, Read, Write},
    path::{Path, PathBuf},
};

use anyhow::{Result, anyhow, ensure};
use satchel_core::{
    Command, Kind, Storage, Workspace,
    environment::fixed::environment,
    exchange::{
        self, calendar,
        cards::{self, CardVersion},
    },
    members::{Role, Ticket},
    query::{self, Asker, ListQuery, Listing},
    value::{Value, When},
};
use zip::{ZipWriter, write::SimpleFileOptions};

use super::device::Attacked;
use crate::torture::team::noon;

/// Longer ones of the collection are left out: what is in them is in the shorter ones too.
const MOST_SEED: u64 = 64 << 10;

/// A mail with everything that is looked at.
const MAIL: &str = "Message-ID: <1@acme.example>\r\nDate: Tue, 3 Mar 2026 14:05:06 +0100\r\n\
    From: =?utf-8?Q?Zo=C3=AB?= van Dam <zoe@acme.example>\r\nReply-To: <sales@acme.example>\r\n\
    Cc: \"Road, Bob\" <bob@b.example>, team: a@b.example;\r\nSubject: =?windows-1252?B?VmllciBHcvbfZW4=?=\r\n\
    Content-Type: multipart/mixed; boundary=\"=_a\"\r\n\r\n--=_a\r\n\
    Content-Type: multipart/alternative; boundary=b\r\n\r\n\
    --b\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nGr=F6=DFe=\r\n 5\r\n\
    --b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<div>Hi<br></div><p>5 &lt; 6</p><img src=\"cid:logo\">\r\n--b--\r\n\
    --=_a\r\nContent-Type: image/png\r\nContent-ID: <logo>\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n\
    --=_a\r\nContent-Type: application/pdf; name*=utf-8''Gr%C3%B6%C3%9Fe.pdf\r\nContent-Disposition: attachment\r\n\
    Content-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjQgYW4gb2ZmZXI=\r\n\
    --=_a\r\nContent-Type: message/rfc822\r\n\r\nSubject: earlier\r\n\r\nwords\r\n--=_a--\r\n";

/// Our own exports, and what lies in the collection of real files, where it is there.
pub fn seeds(attacked: &Attacked, extension: &str) -> Result<Vec<Vec<u8>>> {
    let mut seeds = vec![own(attacked, extension)?];
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data")];
    let mut files: Vec<PathBuf> = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            match entry.metadata() {
                Ok(about) if about.is_dir() => folders.push(path),
                Ok(about) if about.len() <= MOST_SEED && path.extension().is_some_and(|e| e == extension) => {
                    files.push(path);
                }
                _ => {}
            }
        }
    }
    // Whatever order the file system gives them in.
    files.sort();
    for file in files {
        seeds.push(fs::read(file)?);
    }
    if extension == "xlsx" {
        seeds = seeds.iter().flat_map(|workbook| sheets_of(workbook)).collect();
    }
    Ok(seeds)
}

fn own(attacked: &Attacked, extension: &str) -> Result<Vec<u8>> {
    let ann = &attacked.ann;
    let person = ann.add(Kind::Contact, "Ann Müller-O’Neil")?;
    let meeting = ann.ws.new_id(Kind::Meeting);
    let when: When = "2026-11-17T15:00/2026-11-17T16:00 Europe/Brussels".parse().map_err(|why| anyhow!("{why}"))?;
    let fields = vec![("name".into(), "Fair".into()), ("when".into(), Value::When(when))];
    ann.ws.execute(Command::Create { id: meeting, fields })?;
    let records = ann.ws.records();
    let query = ListQuery {
        archived: true,
        ..ListQuery::new(Listing::Opportunities, Asker::new(ann.ws.environment(), ann.ws.user()))
    };
    let fields = query::fields(&records, query.listing);
    let column = |f: &query::ListField| exchange::export::Column {
        name: f.name.to_string(),
        label: f.label.to_string(),
        ty: f.ty,
    };
    let sheet = exchange::export::Sheet {
        title: "Deals".into(),
        columns: fields.iter().map(column).collect(),
        rows: query.rows(&records, &fields),
        notes: Vec::new(),
    };
    let name = |id| records.name(id).to_owned();
    Ok(match extension {
        "csv" => exchange::export::csv(&sheet, &name)?,
        "xlsx" => exchange::export::xlsx(&sheet, &name)?,
        "eml" => MAIL.as_bytes().to_vec(),
        "vcf" => cards::vcf(&records, &[person], CardVersion::named("4.0")?, &|_| None),
        _ => calendar::ics(&records, &[meeting], noon()),
    })
}

/// Reads, proposes, plans; nothing is written.
pub fn offer(attacked: &mut Attacked, name: &str, bytes: &[u8]) -> Result<()> {
    let bytes = if name.ends_with("xlsx") { workbook(bytes)? } else { bytes.to_vec() };
    read(attacked, name, bytes)
}

pub fn read(attacked: &Attacked, name: &str, bytes: Vec<u8>) -> Result<()> {
    if let Ok(mut draft) = exchange::import::read(vec![(name.to_owned(), bytes)], None) {
        draft.know(&attacked.bob.records());
        // Refusing is as good as planning.
        let _said = draft.run(&attacked.bob, true, &mut |_, _| {});
    }
    Ok(())
}

/// The sheets in a workbook, as they lie in it.
fn sheets_of(workbook: &[u8]) -> Vec<Vec<u8>> {
    let Ok(mut zip) = zip::ZipArchive::new(Cursor::new(workbook)) else { return Vec::new() };
    let names: Vec<String> = zip.file_names().filter_map(|name| Some(name.ok()?.into_owned())).collect();
    let (mut sheets, mut texts) = (Vec::new(), String::new());
    // None has any where all cells are numbers.
    let _none = zip.by_name("xl/sharedStrings.xml").map(|mut part| part.read_to_string(&mut texts));
    for name in names.iter().filter(|name| name.starts_with("xl/worksheets/sheet")) {
        let mut bytes = Vec::new();
        if zip.by_name(name).is_ok_and(|mut part| std::io::copy(&mut part, &mut bytes).is_ok()) {
            sheets.push(with_texts(&String::from_utf8_lossy(&bytes), &texts).into_bytes());
        }
    }
    sheets
}

/// A sheet whose cells hold their texts themselves instead of pointing to those of the workbook.
fn with_texts(sheet: &str, texts: &str) -> String {
    let texts: Vec<&str> =
        texts.split("<si>").skip(1).map(|text| text.split("</si>").next().unwrap_or_default()).collect();
    let mut cells = sheet.split(" t=\"s\"><v>");
    let mut whole = cells.next().unwrap_or_default().to_owned();
    for cell in cells {
        let (number, rest) = cell.split_once("</v>").unwrap_or((cell, ""));
        let text = number.parse::<usize>().ok().and_then(|number| texts.get(number)).copied().unwrap_or_default();
        whole.push_str(&format!(" t=\"inlineStr\"><is>{text}</is>{rest}"));
    }
    whole
}

/// A workbook of one sheet with these bytes.
pub fn workbook(sheet: &[u8]) -> Result<Vec<u8>> {
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const RELATIONS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
    const DOCUMENT: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let book = format!(
        "<?xml version=\"1.0\"?><workbook xmlns=\"{MAIN}\" xmlns:r=\"{DOCUMENT}\"><sheets><sheet name=\"A\" sheetId=\"1\" \
         r:id=\"rId1\"/></sheets></workbook>"
    );
    let relations = format!(
        "<?xml version=\"1.0\"?><Relationships xmlns=\"{RELATIONS}\"><Relationship Id=\"rId1\" Type=\"{DOCUMENT}/worksheet\" \
         Target=\"worksheets/sheet1.xml\"/></Relationships>"
    );
    let root = format!(
        "<?xml version=\"1.0\"?><Relationships xmlns=\"{RELATIONS}\"><Relationship Id=\"rId1\" Type=\"{DOCUMENT}/officeDocument\" \
         Target=\"xl/workbook.xml\"/></Relationships>"
    );
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let packed = SimpleFileOptions::default();
    let parts = [
        ("_rels/.rels", root.as_bytes()),
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", relations.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet),
    ];
    for (name, bytes) in parts {
        zip.start_file(name, packed)?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

pub fn tickets(attacked: &Attacked) -> Result<Vec<Vec<u8>>> {
    let expires = noon() + chrono::TimeDelta::days(7);
    let mut all = Vec::new();
    for (role, name) in [(Role::Guest, None), (Role::Owner, Some("Zoë Ōta"))] {
        all.push(attacked.ann.ws.invite(role, name, expires)?.to_string().into_bytes());
    }
    Ok(all)
}

/// A ticket that is read says the same when it is written and read again.
pub fn offer_ticket(_: &mut Attacked, bytes: &[u8]) -> Result<()> {
    if let Ok(ticket) = String::from_utf8_lossy(bytes).parse::<Ticket>() {
        ensure!(ticket.to_string().parse::<Ticket>().is_ok_and(|again| again == ticket), "another ticket when written");
    }
    Ok(())
}

pub fn backups(attacked: &Attacked) -> Result<Vec<Vec<u8>>> {
    let mut file = Cursor::new(Vec::new());
    attacked.ann.ws.back_up(&mut file)?;
    Ok(vec![file.into_inner()])
}

/// Put back, it is what Ann had, or it is refused.
pub fn offer_backup(attacked: &mut Attacked, bytes: &[u8]) -> Result<()> {
    let environment = environment(&attacked.ann.clock, 90);
    if let Ok(back) = Workspace::restore_backup(Cursor::new(bytes), Storage::Memory, environment) {
        let known: Vec<_> = back.vector().0.iter().map(|((device, epoch), seq)| (*device, *epoch, *seq)).collect();
        let ann = attacked.ann.ws.vector();
        ensure!(known.iter().all(|(d, e, s)| ann.get(*d, *e) >= *s), "commits that Ann never had");
        let problems = back.check()?.problems;
        ensure!(problems.is_empty(), "what was put back does not hold: {problems:?}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use anyhow::Context;

    use super::*;

    #[test]
    fn what_is_honest_is_read() -> Result<()> {
        let attacked = Attacked::new()?;
        for extension in ["csv", "xlsx", "vcf", "ics", "eml"] {
            let own = own(&attacked, extension)?;
            let file = if extension == "xlsx" { workbook(&sheets_of(&own)[0])? } else { own };
            let draft = exchange::import::read(vec![(format!("a.{extension}"), file)], None);
            let rows = draft.with_context(|| extension.to_owned())?.sheets[0].0.rows.len();
            ensure!(rows > 0, "{extension} has no rows");
        }
        Ok(())
    }
}
