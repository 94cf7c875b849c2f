//! Imports of small files of our own: what is recognised, linked, refused, kept; and exports read back.

use crate::common::{Desk, own};
use proptest::prelude::*;
use satchel_core::{
    Command, DocId, Kind, Money, Percent, Records, Value, WorkspaceId,
    exchange::{
        Draft, ImportReport, Profile, RowKind, Target,
        export::{self, Column, Sheet},
        import, table,
    },
    record::{self, Contact, FieldType, Opportunity, WonStatus},
    workspace::RowOutcome,
};

fn draft(files: &[(&str, &str)]) -> Draft {
    let files = files.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect();
    import::read(files, None).expect("read")
}

fn run(desk: &Desk, draft: &Draft) -> ImportReport {
    draft.run(&desk.ws, false, &mut |_, _| {}).expect("imported")
}

fn contact(desk: &Desk, name: &str) -> Contact {
    desk.ws.records().contacts.values().find(|c| c.name == name).cloned().unwrap_or_else(|| panic!("{name} is there"))
}

fn deal(desk: &Desk, name: &str) -> Opportunity {
    desk.ws
        .records()
        .opportunities
        .values()
        .find(|o| o.name == name)
        .cloned()
        .unwrap_or_else(|| panic!("{name} is there"))
}

fn cells(bytes: &[u8]) -> Vec<Vec<String>> {
    let tables = table::read("file.csv", bytes).expect("a table");
    let rows = tables[0].rows.iter().map(|r| r.cells.clone());
    std::iter::once(tables[0].headers.clone()).chain(rows).collect()
}

fn refusal(bytes: &[u8]) -> String {
    import::read(vec![("file.csv".to_owned(), bytes.to_vec())], None)
        .and_then(|d| d.check())
        .expect_err("refused")
        .to_string()
}

#[test]
fn encodings_and_delimiters() {
    let expected = vec![vec!["Name".to_owned(), "Straße".to_owned()], vec!["Zoë".to_owned(), "Größe 5".to_owned()]];
    let text = "Name;Straße\r\nZoë;Größe 5\r\n";
    let utf16 = |big: bool| -> Vec<u8> {
        let pair = move |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
        text.encode_utf16().flat_map(pair).collect()
    };
    let marked = |mark: &[u8], bytes: Vec<u8>| [mark.to_vec(), bytes].concat();
    assert_eq!(cells(text.as_bytes()), expected);
    assert_eq!(cells(&marked(b"\xef\xbb\xbf", text.as_bytes().to_vec())), expected);
    assert_eq!(cells(&marked(b"\xff\xfe", utf16(false))), expected);
    assert_eq!(cells(&marked(b"\xfe\xff", utf16(true))), expected);
    assert_eq!(cells(&utf16(false)), expected);
    assert_eq!(cells(b"Name;Stra\xdfe\r\nZo\xeb;Gr\xf6\xdfe 5\r\n"), expected, "Windows-1252");
    for delimiter in [",", "\t", "|"] {
        assert_eq!(cells(text.replace(';', delimiter).as_bytes()), expected);
    }
    assert_eq!(cells("sep=;\nName;Straße\nZoë;Größe 5".as_bytes()), expected);
    assert_eq!(cells("Name;Straße\n\n;;\nZoë;Größe 5;\n".as_bytes()), expected, "empty rows and trailing delimiters");
}

#[test]
fn what_is_no_table_is_refused_in_one_line() {
    for (bytes, line) in [
        (&b""[..], "file.csv: is empty"),
        (b"  \n", "file.csv: is empty"),
        (b"%PDF-1.7 \x00\x01", "file.csv: is a PDF, not a table: export the data as CSV or XLSX"),
        (
            b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00",
            "file.csv: is neither text nor a workbook: export the data as CSV or XLSX",
        ),
        (b"PK\x03\x04 no workbook", "file.csv: is no workbook that can be read: export the data as CSV or XLSX"),
        (b"{\"a\": [1, 2]}", "file.csv: is JSON, not a table: export the data as CSV or XLSX"),
        (b"<html><body>", "file.csv: is a web page or XML, not a table: export the data as CSV or XLSX"),
    ] {
        assert_eq!(refusal(bytes), line);
    }
    let prose =
        "Dear John,\nthe offer, as we said, is open until Friday, the 3rd, and so on, and on.\nBest, B., C., D.\n";
    assert_eq!(refusal(prose.as_bytes()), "file.csv: is no table: most lines have more cells than the first");
    assert!(refusal(b"Once upon a time\nthere was a list\n").contains("has a single column"));
}

#[test]
fn a_row_that_cannot_be_read_is_listed_with_line_and_reason() {
    let ann = Desk::ann();
    let file = "Deal Name,Stage,Amount,Close Date,Probability,Created On\n\
        Good,New,100,31.12.2026,,2026-01-02\n\
        \"Two\nlines\",New,abc,1.1.2026,,2026-01-02\n\
        No such day,New,1,30.02.2026,,2026-01-02\n\
        Too likely,New,1,1.1.2026,140,2026-01-02\n\
        Too long,New,1,1.1.2026,,2026-01-02,more\n\
        ,,,1.1.2026,,\n\
        Never closed,New,1,1.1.2026,\"10,2026-01-02\n";
    let report = run(&ann, &draft(&[("deals.csv", file)]));
    let refused: Vec<(u64, &str, String)> =
        report.files[0].refused.iter().map(|r| (r.line, r.column.as_str(), r.reason.to_string())).collect();
    assert_eq!(
        refused,
        [
            (3, "Amount", "‘abc’ is not an amount".to_owned()),
            (5, "Close Date", "‘30.02.2026’ is not a date that exists".to_owned()),
            (6, "Probability", "a probability lies between 0 % and 100 %, not at 140 %".to_owned()),
            (7, "", "has 7 cells under 6 headers".to_owned()),
            (8, "Deal Name", "has no name, customer or product".to_owned()),
            (9, "", "a quotation mark that opens here is never closed".to_owned()),
        ]
    );
    assert_eq!((report.files[0].rows, report.files[0].created), (7, 1));
    assert_eq!(deal(&ann, "Good").date_deadline.map(|d| d.to_string()).as_deref(), Some("2026-12-31"));
}

#[test]
fn a_column_mapped_twice_or_to_nothing_known_is_refused() {
    let file = [("people.csv", "Name,Nick,E-mail\nBob,Bo,bob@example.com\n")];
    let mut twice = draft(&file);
    twice.map("nick", Target::parse("name")).expect("a field");
    let error = twice.check().expect_err("refused").to_string();
    assert_eq!(
        error,
        "people.csv: the columns ‘Name’ and ‘Nick’ are both mapped to name: map one of them to something else or to skip"
    );
    assert!(
        draft(&file)
            .map("nick", Target::parse("shoe size"))
            .expect_err("refused")
            .to_string()
            .contains("no field ‘shoe_size’")
    );
    assert!(
        draft(&file)
            .map("Nack", Target::parse("name"))
            .expect_err("refused")
            .to_string()
            .contains("no file has a column ‘Nack’")
    );
    let mut nothing = draft(&file);
    for column in ["name", "nick", "e-mail"] {
        nothing.map(column, Target::Skip).expect("a column");
    }
    assert!(nothing.check().expect_err("refused").to_string().contains("none of its columns is mapped"));
    let ann = Desk::ann();
    let before = ann.digest();
    assert!(twice.run(&ann.ws, false, &mut |_, _| {}).is_err());
    draft(&file).run(&ann.ws, true, &mut |_, _| {}).expect("a dry run");
    assert_eq!(ann.digest(), before, "neither wrote anything");
}

#[test]
fn a_person_can_change_what_columns_and_rows_mean() {
    let ann = Desk::ann();
    let mut draft = draft(&[("list.csv", "Firm,Town,Code\nAcme,Leeds,77\n")]);
    let (table, mapping) = &mut draft.sheets[0];
    mapping.set_kind(table, RowKind::Companies);
    mapping.set(table, 0, Target::Field("name".into())).expect("a field");
    mapping.set(table, 2, Target::Field("reference".into())).expect("a field");
    run(&ann, &draft);
    let acme = contact(&ann, "Acme");
    assert!(acme.is_company);
    assert_eq!((acme.city.as_str(), acme.reference.as_str()), ("Leeds", "77"));
}

#[test]
fn unknown_columns_are_kept_in_the_notes() {
    let ann = Desk::ann();
    run(&ann, &draft(&[("people.csv", "Full Name,E-Mail,Shoe size,Hobby\nBob Road,bob@example.com,44,\n")]));
    let bob = contact(&ann, "Bob Road");
    assert_eq!((bob.email.as_str(), bob.description.as_str()), ("bob@example.com", "Shoe size: 44"));
    assert!(!bob.is_company);
}

#[test]
fn what_rows_refer_to_is_found_or_made_once() {
    let ann = Desk::ann();
    let file = "Deal Name,Company,Stage,Amount,Salesperson,Team,Product,Tags,Lost Reason,Close Date\n\
        One,Acme,Qualified,\"1.234,50 €\",ann field,North,Wall Box,\"red; green\",,\n\
        Two,ACME,Negotiation,99,bob.road@example.com,North,wallbox,\"green, blue\",,\n\
        Three,Acme,Closed Won,1,Bob Road,,,,,2026-03-02\n\
        Four,Beta,Closed Lost,2,Bob Road,,,,Too Expensive,2026-03-03\n";
    let report = run(&ann, &draft(&[("deals.csv", file)]));
    let besides: Vec<_> = report.created_besides.iter().map(|(k, n)| (*k, *n)).collect();
    assert_eq!(besides, [("contacts", 2), ("products", 1), ("stages", 1), ("tags", 3), ("teams", 1), ("users", 1)]);
    let (one, two) = (deal(&ann, "One"), deal(&ann, "Two"));
    let records = ann.ws.records();
    assert_eq!(one.user, Some(ann.ws.user()), "known by name in any case");
    assert_eq!(one.expected_revenue, Money(123_450));
    assert_eq!((one.partner, one.product, one.team), (two.partner, two.product, two.team));
    let negotiation = records.stage(&two).expect("a stage");
    assert_eq!((negotiation.name.as_str(), negotiation.probability), ("Negotiation", Percent::whole(80)));
    let won = records.stages.values().find(|s| s.is_won).expect("the won stage").clone();
    assert!(negotiation.sequence < won.sequence);
    let bob = &records.users[&two.user.expect("a salesperson")];
    assert_eq!((bob.name.as_str(), bob.email.as_str()), ("Bob Road", "bob.road@example.com"));
    drop(records);
    let (three, four) = (deal(&ann, "Three"), deal(&ann, "Four"));
    let records = ann.ws.records();
    assert_eq!((records.won_status(&three), three.standing.stage), (WonStatus::Won, Some(won.id)));
    assert_eq!(records.won_status(&four), WonStatus::Lost);
    assert_eq!(records.name(four.standing.lost_reason().expect("a reason")), "Too expensive", "the one there is");
    drop(records);
    // Whoever is invited under the name of an imported salesperson is that person.
    let joined = ann.admit("Bob Road", 5);
    assert_eq!(joined.ws.user(), two.user.expect("a salesperson"));
}

#[test]
fn stages_fit_before_the_won_one_even_without_room() {
    let ann = Desk::ann();
    let won = ann.stage("Won");
    ann.run(Command::Set { id: won, fields: own(&[("sequence", Value::Int(31))]), seen: None });
    let file = "Deal Name,Stage\nA,Alpha\nB,Beta\nC,Prospecting\n";
    run(&ann, &draft(&[("deals.csv", file)]));
    let records = ann.ws.records();
    let order: Vec<&str> = records.stages_of(None).into_iter().map(|s| s.name.as_str()).collect();
    assert_eq!(order, ["New", "Qualified", "Proposition", "Prospecting", "Alpha", "Beta", "Won"]);
}

#[test]
fn a_second_import_writes_only_what_the_file_changed() {
    let ann = Desk::ann();
    let first = "ID,Deal Name,Amount,Stage,Phone\n1,One,100,New,555\n2,Two,200,New,\n";
    let second = "ID,Deal Name,Amount,Stage,Phone\n1,One,150,New,555\n2,Two,200,New,777\n";
    run(&ann, &draft(&[("deals.csv", first)]));
    ann.set(deal(&ann, "One").id, &[("phone", "My own number".into())]);
    ann.run(Command::MarkWon { ids: vec![deal(&ann, "Two").id] });
    let report = run(&ann, &draft(&[("deals (2).csv", second)]));
    assert_eq!((report.files[0].created, report.files[0].updated), (0, 2));
    let (one, two) = (deal(&ann, "One"), deal(&ann, "Two"));
    assert_eq!((one.expected_revenue, one.phone.as_str()), (Money(15_000), "My own number"));
    assert_eq!(two.phone, "777");
    assert_eq!(ann.ws.records().won_status(&two), WonStatus::Won, "the file did not change where it stands");
    let report = run(&ann, &draft(&[("deals.csv", second)]));
    assert_eq!((report.files[0].updated, report.files[0].unchanged), (0, 2));
}

#[test]
fn what_was_renamed_since_is_still_the_same() {
    let ann = Desk::ann();
    let file = "ID,Deal Name,Company,Stage,Product,Owner\n1,One,Acme,Negotiation,Wall Box,Bob Road\n";
    run(&ann, &draft(&[("deals.csv", file)]));
    let one = deal(&ann, "One");
    let ids = [one.partner, one.standing.stage, one.product, one.user].map(|id| id.expect("linked"));
    for id in ids {
        ann.set(id, &[("name", "Another name".into())]);
    }
    ann.set(ids[1], &[("sequence", Value::Int(12))]);
    let digest = ann.digest();
    let report = run(&ann, &draft(&[("deals.csv", file)]));
    assert_eq!((report.files[0].unchanged, report.created_besides.len()), (1, 0));
    assert_eq!(ann.digest(), digest);
}

#[test]
fn a_record_that_is_there_already_is_filled_up_not_doubled() {
    let ann = Desk::ann();
    let id = ann.ws.new_id(Kind::Contact);
    ann.run(Command::Create {
        id,
        fields: own(&[("name", "Robert Road".into()), ("email", "Bob@Example.com".into())]),
    });
    let file = draft(&[(
        "people.csv",
        "Name,E-Mail,City\nBob Road,bob@example.com,Leeds\nSue,sue@example.com,York\nSue,sue@example.com,York\n",
    )]);
    for _ in 0..2 {
        let report = run(&ann, &file);
        assert_eq!(report.files[0].duplicates, 2, "Bob is known, Sue is there twice");
    }
    let bob = contact(&ann, "Robert Road");
    assert_eq!((bob.id, bob.city.as_str(), bob.email.as_str()), (id, "Leeds", "Bob@Example.com"));
    assert_eq!(ann.ws.records().contacts.len(), 2);
}

#[test]
fn files_of_one_import_are_linked() {
    let ann = Desk::ann();
    let companies =
        "Id,IsDeleted,Name,ParentId,Industry\nC2,FALSE,Child,C1,Oil\nC1,FALSE,Parent,,Oil\nC3,TRUE,Gone,,\n";
    let people = "Id,IsDeleted,AccountId,LastName,FirstName,Email\nP1,FALSE,C2,Road,Bob,bob@example.com\n";
    let users = "Id,Username,FirstName,LastName,Email,IsActive\nU1,bea,Bea,Hill,bea@example.com,TRUE\n";
    let deals = "Id,AccountId,Name,StageName,Amount,Probability,CloseDate,IsClosed,IsWon,OwnerId\n\
        D1,C2,Deal,Qualification,10,35,02/28/26,FALSE,FALSE,U1\nD2,C9,Other,Qualification,10,10,01/02/26,FALSE,FALSE,U9\n";
    let draft =
        draft(&[("Opportunity.csv", deals), ("Contact.csv", people), ("Account.csv", companies), ("User.csv", users)]);
    assert!(draft.sheets.iter().all(|(_, m)| m.profile == Profile::Salesforce));
    let report = run(&ann, &draft);
    assert_eq!(report.files.iter().map(|f| f.created).collect::<Vec<_>>(), [2, 1, 2, 1]);
    let gone = &report.files[2].refused[0];
    assert_eq!(
        (gone.line, gone.column.as_str(), gone.reason.to_string().as_str()),
        (4, "IsDeleted", "is deleted in its source")
    );
    let (deal, other) = (deal(&ann, "Deal"), deal(&ann, "Other"));
    let child = contact(&ann, "Child");
    assert_eq!((deal.partner, other.partner), (Some(child.id), None));
    assert_eq!(child.parent, Some(contact(&ann, "Parent").id));
    assert_eq!(contact(&ann, "Bob Road").parent, Some(child.id));
    let records = ann.ws.records();
    assert_eq!(deal.user.map(|u| records.name(u).to_owned()).as_deref(), Some("Bea Hill"));
    assert_eq!(deal.standing.probability, Some(Percent::whole(35)), "not what the stage says");
    assert_eq!(other.standing.probability, None);
    assert_eq!(
        other.date_deadline.map(|d| d.to_string()).as_deref(),
        Some("2026-01-02"),
        "the column shows month first"
    );
}

#[test]
fn lost_ones_of_odoo_are_lost_not_archived() {
    let ann = Desk::ann();
    let file = "External ID,Opportunity,Customer,Stage,Expected Revenue,Active,Lost Reason\n\
        a,Lost one,Acme,Qualified,10,False,Too expensive\nb,Put away,Acme,Qualified,10,False,\n";
    run(&ann, &draft(&[("crm.lead.csv", file)]));
    let (lost, away) = (deal(&ann, "Lost one"), deal(&ann, "Put away"));
    let records = ann.ws.records();
    assert_eq!((records.won_status(&lost), lost.meta.archived), (WonStatus::Lost, false));
    assert_eq!(records.stage(&lost).map(|s| s.name.as_str()), Some("Qualified"), "the stage it was lost in");
    assert_eq!((records.won_status(&away), away.meta.archived), (WonStatus::Pending, true));
}

#[test]
fn google_contacts_with_labels_and_several_values() {
    let ann = Desk::ann();
    let header = "First Name,Middle Name,Last Name,Organization Name,Organization Title,Birthday,Notes,Labels,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value";
    let row = "Bob,,Road,Acme,Buyer,1990-05-06,Likes tea,Friends ::: * myContacts,Work,bob@example.com ::: bob@home.example,Mobile,123 ::: 456";
    run(&ann, &draft(&[("contacts.csv", &format!("{header}\n{row}\n"))]));
    let bob = contact(&ann, "Bob Road");
    assert_eq!((bob.email.as_str(), bob.email_other.as_str()), ("bob@example.com", "bob@home.example"));
    assert_eq!((bob.phone.as_str(), bob.phone_other.as_str(), bob.function.as_str()), ("123", "456", "Buyer"));
    let records = ann.ws.records();
    let tags: Vec<&str> = bob.tags.iter().map(|t| records.name(*t)).collect();
    assert_eq!(tags, ["Friends"]);
    assert_eq!(records.name(bob.parent.expect("a company")), "Acme");
}

/// All records of a kind as a sheet, as the list commands make it.
fn sheet(desk: &Desk, kind: Kind) -> Sheet {
    let records = desk.ws.records();
    let column = |name: &str, label: &str, ty| Column { name: name.into(), label: label.into(), ty };
    let mut columns = vec![column("id", "Id", FieldType::Text)];
    columns.extend(record::fields(kind).iter().map(|f| column(f.name, f.label, f.ty)));
    if kind == Kind::Opportunity {
        columns.push(column("stage", "Stage", FieldType::Ref(Kind::Stage)));
        columns.push(column("won_status", "Status", FieldType::Text));
        columns.push(column("prorated_revenue", "Probable turnover", FieldType::Money));
    }
    let ids: Vec<DocId> = match kind {
        Kind::Opportunity => records.opportunities.keys().copied().collect(),
        _ => records.contacts.keys().copied().collect(),
    };
    let value = |id: DocId, name: &str| match (name, records.opportunities.get(&id)) {
        ("id", _) => Value::Text(id.to_string()),
        ("stage", Some(o)) => o.standing.stage.into(),
        ("won_status", Some(o)) => records.won_status(o).label().into(),
        ("prorated_revenue", Some(o)) => Value::Money(records.prorated_revenue(o)),
        _ => records.get(id).and_then(|r| r.get(name)).expect("a field"),
    };
    let rows = ids.into_iter().map(|id| columns.iter().map(|c| value(id, &c.name)).collect()).collect();
    Sheet { title: "List".into(), columns, rows, notes: vec!["stage = New".into()] }
}

#[test]
fn exports_are_read_back() {
    let ann = Desk::ann();
    let company = ann.ws.new_id(Kind::Contact);
    ann.run(Command::Create { id: company, fields: own(&[("name", "Zoë & Co".into()), ("is_company", true.into())]) });
    let id = ann.add(&[
        ("name", "Roof, \"large\"".into()),
        ("partner", company.into()),
        ("expected_revenue", Money(1_234_567).into()),
        ("date_deadline", Value::Date("2026-12-24".parse().expect("a day"))),
        ("description", "Two\nlines".into()),
        ("phone", "+44 20 1".into()),
    ]);
    let names = |id: DocId| ann.ws.records().name(id).to_owned();
    let list = sheet(&ann, Kind::Opportunity);
    let csv = export::csv(&list, &names).expect("written");
    let xlsx = export::xlsx(&list, &names).expect("written");
    let json: serde_json::Value = serde_json::from_slice(&export::json(&list, &names).expect("written")).expect("JSON");
    assert_eq!(json[0]["expected_revenue"], "12345.67");
    assert_eq!(json[0]["partner"]["name"], "Zoë & Co");
    assert_eq!(json[0]["stage"]["name"], "New");
    assert!(json[0]["user"].is_null());
    let contacts = export::csv(&sheet(&ann, Kind::Contact), &names).expect("written");
    let whole = ann.ws.records().opportunities[&id].clone();

    for (name, bytes) in [("list.csv", csv), ("list.xlsx", xlsx)] {
        // Into another workspace: the same ids and values.
        let other = Desk::ann();
        let files = vec![(name.to_owned(), bytes.clone()), ("contacts.csv".to_owned(), contacts.clone())];
        let draft = import::read(files, None).expect("read");
        assert!(draft.sheets.iter().all(|(_, m)| m.profile == Profile::Satchel), "{name}");
        assert_eq!(draft.sheets.len(), 2, "the sheet of filters is no table");
        let report = run(&other, &draft);
        assert_eq!(
            report.files.iter().map(|f| (f.created, f.refused.len())).collect::<Vec<_>>(),
            [(1, 0), (1, 0)],
            "{name}"
        );
        let mut back = other.ws.records().opportunities[&id].clone();
        assert_eq!((back.id, back.partner), (id, Some(company)));
        back.meta = whole.meta.clone();
        back.standing.since = whole.standing.since;
        back.standing.stage = whole.standing.stage;
        assert_eq!(back, whole, "{name}");
        // Into the workspace it came from: nothing new.
        let draft = import::read(vec![(name.to_owned(), bytes)], None).expect("read");
        assert_eq!(run(&ann, &draft).files[0].created, 0);
        assert_eq!(ann.ws.records().opportunities.len(), 1);
    }
}

#[test]
fn workbooks_keep_numbers_and_dates() {
    let column = |name: &str, ty| Column { name: name.into(), label: name.into(), ty };
    let sheet = Sheet {
        title: "Deals".into(),
        columns: vec![
            column("Deal Name", FieldType::Text),
            column("Amount", FieldType::Money),
            column("Close Date", FieldType::Date),
            column("Created On", FieldType::Time),
        ],
        rows: vec![vec![
            "One".into(),
            Money(123_400).into(),
            Value::Date("2026-02-03".parse().expect("a day")),
            Value::Time("2026-01-05T08:30:00Z".parse().expect("a time")),
        ]],
        notes: Vec::new(),
    };
    let bytes = export::xlsx(&sheet, &|_| String::new()).expect("written");
    let ann = Desk::ann();
    run(&ann, &import::read(vec![("deals.xlsx".into(), bytes)], None).expect("read"));
    let one = deal(&ann, "One");
    assert_eq!(one.expected_revenue, Money(123_400));
    assert_eq!(one.date_deadline.map(|d| d.to_string()).as_deref(), Some("2026-02-03"));
    assert_eq!(one.meta.create_date.map(|t| t.to_rfc3339()).as_deref(), Some("2026-01-05T08:30:00+00:00"));
}

#[test]
fn what_no_cell_of_a_workbook_holds_is_cut_and_counted() {
    let sheet = Sheet {
        title: "Notes".into(),
        columns: vec![Column { name: "note".into(), label: "Note".into(), ty: FieldType::LongText }],
        rows: [&*"a".repeat(32_767), &*"a".repeat(32_768), &*"😀".repeat(16_384)]
            .map(|text| vec![text.into()])
            .to_vec(),
        notes: Vec::new(),
    };
    assert_eq!(export::cut_in_workbooks(&sheet, &|_| String::new()), 2);
    let bytes = export::xlsx(&sheet, &|_| String::new()).expect("written");
    let draft = import::read(vec![("notes.xlsx".into(), bytes)], None).expect("read");
    let lengths: Vec<usize> = draft.sheets[0].0.rows.iter().map(|row| row.cells[0].encode_utf16().count()).collect();
    assert_eq!(lengths, [32_767, 32_767, 32_766]);
}

#[test]
fn what_rows_refer_to_and_cannot_be_made_is_said() {
    let plan =
        draft(&[("deals.csv", "Deal Name,Stage\nOne,Negotiation\n")]).plan(WorkspaceId([7; 16]), &Records::default());
    assert_eq!(plan.rows.iter().map(|r| r.line).collect::<Vec<_>>(), [None, Some(2)]);
    let refused = |why: &str| RowOutcome::Refused(why.to_owned().into());
    let report = plan.report(&[refused("stages are for managers"), refused("there is no such stage")]);
    let lines: Vec<_> = report.files[0].refused.iter().map(|r| (r.line, r.reason.to_string())).collect();
    let expected =
        [(0, "what its rows refer to cannot be made: stages are for managers"), (2, "there is no such stage")];
    assert_eq!(lines, expected.map(|(line, why)| (line, why.to_owned())));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_that_is_read_panics(bytes in prop::collection::vec(any::<u8>(), 0..300), cut in any::<prop::sample::Index>()) {
        let _ = import::read(vec![("file.csv".into(), bytes.clone())], None);
        let card = b"BEGIN:VCARD\nN;ENCODING=QUOTED-PRINTABLE:=C3=91;x\\;y\nTEL;TYPE=\"a:b\":1\nBDAY:19800321\nEND:VCARD\n";
        let mut card = card.to_vec();
        card.splice(cut.index(card.len())..cut.index(card.len()), bytes);
        let _ = import::read(vec![("file.vcf".into(), card)], None);
    }

    #[test]
    fn whatever_cells_hold_is_imported_or_refused(rows in prop::collection::vec(prop::array::uniform6("[0-9a-zé.,;:/@% \"-]{0,12}"), 1..5)) {
        let mut text = "Deal Name,Amount,Close Date,Probability,Stage,Owner\n".to_owned();
        for row in &rows {
            let cells: Vec<String> = row.iter().map(|c| format!("\"{}\"", c.replace('"', "\"\""))).collect();
            text.push_str(&cells.join(","));
            text.push('\n');
        }
        let draft = draft(&[("deals.csv", &text)]);
        let plan = draft.plan(WorkspaceId([7; 16]), &Records::default());
        let again = draft.plan(WorkspaceId([7; 16]), &Records::default());
        prop_assert_eq!(plan, again);
    }
}
