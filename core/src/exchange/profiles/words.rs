//! The words that headers use, in the languages of common exports, and what they mean for each kind of rows.

use crate::exchange::mapping::RowKind;

pub(super) const PERSON: &[&str] = &[
    "firstname",
    "lastname",
    "first",
    "last",
    "givenname",
    "familyname",
    "surname",
    "fullname",
    "contactname",
    "email",
    "emailaddress",
    "primaryemail",
    "jobtitle",
    "jobposition",
    "mobile",
    "mobilephone",
    "vorname",
    "nachname",
    "prénom",
    "prenom",
    "birthday",
];

pub(super) const COMPANY: &[&str] = &[
    "industry",
    "sector",
    "employees",
    "numberofemployees",
    "annualrevenue",
    "domain",
    "companydomain",
    "companyname",
    "account",
    "accountname",
    "organization",
    "organisation",
    "firma",
    "société",
    "societe",
    "empresa",
    "azienda",
];

pub(super) const DEAL: &[&str] = &[
    "deal",
    "dealname",
    "dealtitle",
    "dealstage",
    "dealvalue",
    "dealamount",
    "opportunity",
    "opportunityname",
    "opportunityid",
    "expectedrevenue",
    "expectedclosing",
    "expectedclosedate",
    "estimatedclosedate",
    "stagename",
    "salesstage",
    "pipelinestage",
    "closevalue",
    "wonstatus",
    "dealowner",
    "verkaufschance",
];

pub(super) const PRODUCT: &[&str] =
    &["listprice", "salesprice", "saleprice", "unitprice", "price", "sku", "productname", "productcode", "preis"];

/// Targets with the headers that mean them, the plainest first.
pub(super) type Words = &'static [(&'static str, &'static [&'static str])];

const ANY: Words = &[
    ("id", &["id", "externalid", "recordid", "uid", "uuid", "number", "nr"]),
    (
        "create_date",
        &["createdate", "createdon", "createdat", "createddate", "creationdate", "created", "dateadded", "erstelltam"],
    ),
    ("deleted", &["isdeleted", "deleted"]),
    ("active", &["active", "isactive"]),
];

const ADDRESS: Words = &[
    (
        "street",
        &[
            "street",
            "address",
            "streetaddress",
            "address1",
            "addressline1",
            "billingstreet",
            "mailingstreet",
            "strasse",
            "straße",
            "rue",
            "adresse",
            "calle",
            "via",
            "indirizzo",
            "dirección",
        ],
    ),
    ("street2", &["street2", "address2", "addressline2"]),
    ("zip", &["zip", "zipcode", "postalcode", "postcode", "plz", "codepostal", "cap", "cp", "billingpostalcode"]),
    ("city", &["city", "town", "ort", "stadt", "ville", "ciudad", "città", "citta", "billingcity"]),
    ("state", &["state", "stateregion", "region", "province", "county", "bundesland", "billingstate"]),
    (
        "country",
        &["country", "countryregion", "land", "pays", "país", "pais", "paese", "billingcountry", "officelocation"],
    ),
    ("website", &["website", "websiteurl", "web", "url", "homepage", "webpage", "site"]),
    ("tags", &["tags", "tag", "labels", "label", "categories", "keywords", "schlagworte"]),
    ("source", &["source", "leadsource", "origin", "quelle"]),
    (
        "description",
        &["description", "notes", "note", "comments", "comment", "background", "bemerkung", "notizen", "remarques"],
    ),
];

const OWNER: Words = &[
    (
        "user",
        &[
            "user",
            "salesperson",
            "salesrep",
            "owner",
            "accountowner",
            "contactowner",
            "companyowner",
            "dealowner",
            "assignedto",
            "assigned",
            "salesagent",
            "sales",
            "agent",
            "responsible",
            "verkäufer",
            "vendeur",
            "ownername",
        ],
    ),
    ("user_email", &["owneremail", "accountowneremail", "salespersonemail", "useremail", "assignedtoemail"]),
];

const CONTACT: Words = &[
    ("first_name", &["firstname", "first", "givenname", "forename", "vorname", "prénom", "prenom", "nombre", "nome"]),
    ("middle_name", &["middlename"]),
    (
        "last_name",
        &["lastname", "last", "familyname", "surname", "nachname", "nomdefamille", "apellido", "apellidos", "cognome"],
    ),
    ("is_company", &["iscompany", "isacompany"]),
    (
        "function",
        &[
            "function",
            "jobposition",
            "jobtitle",
            "title",
            "position",
            "role",
            "occupation",
            "funktion",
            "fonction",
            "cargo",
        ],
    ),
    (
        "email",
        &[
            "email",
            "emailaddress",
            "primaryemail",
            "email1",
            "workemail",
            "emailwork",
            "mail",
            "correo",
            "courriel",
            "emailpersonal",
        ],
    ),
    (
        "email_other",
        &[
            "emailother",
            "otheremail",
            "email2",
            "email2address",
            "secondaryemail",
            "emailhome",
            "homeemail",
            "personalemail",
        ],
    ),
    ("email_3", &["email3", "email3address"]),
    (
        "phone",
        &[
            "phone",
            "phonenumber",
            "telephone",
            "tel",
            "phone1",
            "workphone",
            "businessphone",
            "primaryphone",
            "telefon",
            "téléphone",
            "teléfono",
            "telefono",
        ],
    ),
    (
        "mobile",
        &[
            "mobile",
            "mobilephone",
            "mobilenumber",
            "cell",
            "cellphone",
            "handy",
            "mobil",
            "portable",
            "móvil",
            "cellulare",
        ],
    ),
    ("phone_other", &["phoneother", "otherphone", "phone2", "homephone"]),
    ("phone_3", &["phone3"]),
    ("parent_id", &["parentid", "companyid", "accountid"]),
    ("domain", &["domain", "companydomain", "companydomainname"]),
    ("reference", &["reference", "ref", "customernumber", "kundennummer"]),
    ("industry", &["industry", "sector", "branche", "secteur", "settore"]),
    ("annual_revenue", &["annualrevenue", "revenue", "turnover", "umsatz"]),
    ("employees", &["employees", "numberofemployees", "mitarbeiter", "size", "companysize"]),
    ("year_founded", &["yearfounded", "founded", "yearestablished"]),
    ("birthday", &["birthday", "birthdate", "dateofbirth", "dob", "geburtstag"]),
];

const PEOPLE: Words = &[
    ("name", &["name", "fullname", "displayname", "contactname", "contact", "person", "customer"]),
    (
        "parent",
        &[
            "parent",
            "company",
            "companyname",
            "account",
            "accountname",
            "organization",
            "organisation",
            "organizationname",
            "relatedcompany",
            "firma",
            "unternehmen",
            "société",
            "societe",
            "entreprise",
            "empresa",
            "azienda",
        ],
    ),
];

const COMPANIES: Words = &[
    (
        "name",
        &[
            "name",
            "company",
            "companyname",
            "account",
            "accountname",
            "organization",
            "organisation",
            "organizationname",
            "firma",
            "unternehmen",
            "société",
            "societe",
            "entreprise",
            "empresa",
            "azienda",
            "customer",
        ],
    ),
    ("parent", &["parent", "parentcompany", "subsidiaryof", "parentaccount", "relatedcompany"]),
];

const OPPORTUNITIES: Words = &[
    (
        "name",
        &[
            "name",
            "opportunity",
            "opportunityname",
            "deal",
            "dealname",
            "dealtitle",
            "title",
            "subject",
            "leadname",
            "verkaufschance",
        ],
    ),
    ("type", &["type"]),
    (
        "partner",
        &[
            "partner",
            "customer",
            "company",
            "companyname",
            "account",
            "accountname",
            "organization",
            "organisation",
            "client",
            "kunde",
            "firma",
        ],
    ),
    ("contact_name", &["contactname", "contact", "contactperson", "person", "primarycontact"]),
    ("contact_email", &["contactemail"]),
    ("first_name", &["firstname", "first", "givenname", "vorname"]),
    ("last_name", &["lastname", "last", "familyname", "surname", "nachname"]),
    ("partner_id", &["accountid", "companyid", "partnerid"]),
    ("id", &["opportunityid", "dealid"]),
    ("stage", &["stage", "dealstage", "stagename", "salesstage", "pipelinestage", "phase", "étape", "etapa"]),
    ("won_status", &["wonstatus", "status", "outcome", "dealstatus"]),
    ("probability", &["probability", "dealprobability", "chance", "wahrscheinlichkeit"]),
    (
        "expected_revenue",
        &[
            "expectedrevenue",
            "amount",
            "value",
            "dealvalue",
            "dealamount",
            "revenue",
            "closevalue",
            "price",
            "total",
            "betrag",
            "wert",
            "montant",
            "importe",
            "importo",
        ],
    ),
    ("recurring_revenue", &["recurringrevenue", "mrr", "monthlyrecurringrevenue"]),
    ("recurring_plan", &["recurringplan"]),
    (
        "date_deadline",
        &["datedeadline", "expectedclosing", "expectedclosedate", "estimatedclosedate", "deadline", "closingdate"],
    ),
    ("close_date", &["closedate"]),
    ("date_closed", &["dateclosed", "closedon", "closeddate", "closedat", "actualclosedate"]),
    ("date_open", &["dateopen", "engagedate", "assignedon", "opendate"]),
    ("date_conversion", &["dateconversion"]),
    ("date_last_stage_update", &["datelaststageupdate"]),
    ("is_won", &["iswon", "won"]),
    ("is_closed", &["isclosed", "closed"]),
    ("lost_reason", &["lostreason", "lossreason", "closedlostreason", "reasonlost"]),
    ("product", &["product", "productname", "produkt", "produit", "producto", "prodotto"]),
    ("team", &["team", "salesteam"]),
    ("priority", &["priority", "rating", "priorität"]),
    ("function", &["function", "jobposition", "jobtitle", "position"]),
    ("email_from", &["emailfrom", "email", "emailaddress", "mail"]),
    ("email_cc", &["emailcc"]),
    ("phone", &["phone", "phonenumber", "telephone", "telefon"]),
    ("mobile", &["mobile", "mobilephone"]),
    ("partner_name", &["partnername"]),
    ("referred", &["referred", "referredby"]),
    ("medium", &["medium"]),
    ("campaign", &["campaign"]),
];

const LEADS: Words = &[
    ("name", &["leadname", "title", "subject", "opportunity"]),
    ("contact_name", &["contactname", "contact", "name", "fullname", "person"]),
    ("partner_name", &["partnername", "company", "companyname", "account", "organization", "organisation", "firma"]),
];

const PRODUCTS: Words = &[
    ("name", &["name", "product", "productname", "item", "produkt", "produit"]),
    ("reference", &["reference", "sku", "productcode", "code", "internalreference", "itemnumber"]),
    ("category", &["category", "series", "family", "productcategory", "kategorie"]),
    ("list_price", &["listprice", "salesprice", "saleprice", "unitprice", "price", "preis", "prix"]),
    ("cost", &["cost"]),
    ("description", &["description", "notes"]),
];

const USERS: Words = &[
    ("name", &["name", "user", "salesagent", "salesperson", "fullname", "displayname", "agent"]),
    ("first_name", &["firstname"]),
    ("last_name", &["lastname"]),
    ("email", &["email", "emailaddress"]),
    ("phone", &["phone", "phonenumber", "mobile"]),
    ("team", &["team", "salesteam"]),
    ("manager", &["manager", "leader", "supervisor", "teamleader"]),
    ("region", &["region", "regionaloffice", "office", "territory"]),
];

const TEAMS: Words = &[
    ("name", &["name", "team", "salesteam"]),
    ("leader", &["leader", "teamleader", "manager"]),
    ("region", &["region", "regionaloffice"]),
    ("alias", &["alias", "emailalias"]),
    ("use_leads", &["useleads", "leads"]),
];

const STAGES: Words = &[
    ("name", &["name", "stage", "stagename"]),
    ("sequence", &["sequence", "order"]),
    ("probability", &["probability"]),
    ("is_won", &["iswon", "won"]),
    ("fold", &["fold", "folded"]),
    ("requirements", &["requirements"]),
    ("teams", &["teams"]),
    ("rotting_days", &["rottingdays"]),
];

const NAMED: Words = &[("name", &["name", "tag", "label", "reason", "lostreason"])];

const REVENUE: Words = &[
    ("name", &["name", "receipt", "ordernumber", "orderno", "order", "reference", "description", "product", "item"]),
    ("channel", &["channel", "saleschannel", "source", "shop", "store", "till", "pos", "marketplace", "kanal"]),
    ("date", &["date", "orderdate", "saledate", "soldon", "day", "datum"]),
    ("team", &["team", "salesteam", "verkaufsteam"]),
    ("user", &["salesperson", "salesagent", "user", "soldby", "cashier", "verkäufer"]),
    ("partner", &["customer", "account", "company", "kunde"]),
    (
        "amount",
        &["amount", "untaxed", "net", "netamount", "subtotal", "revenue", "turnover", "total", "betrag", "umsatz"],
    ),
];

/// The words for a kind of rows; what comes first wins.
pub(super) fn words(kind: RowKind) -> [Words; 5] {
    match kind {
        RowKind::People => [PEOPLE, CONTACT, ADDRESS, OWNER, ANY],
        RowKind::Companies => [COMPANIES, CONTACT, ADDRESS, OWNER, ANY],
        RowKind::Opportunities => [OPPORTUNITIES, ADDRESS, OWNER, ANY, &[]],
        RowKind::Leads => [LEADS, OPPORTUNITIES, ADDRESS, OWNER, ANY],
        RowKind::Products => [PRODUCTS, ANY, &[], &[], &[]],
        RowKind::Categories => [NAMED, ANY, &[], &[], &[]],
        RowKind::Users => [USERS, ANY, &[], &[], &[]],
        RowKind::Teams => [TEAMS, ANY, &[], &[], &[]],
        RowKind::RevenueLines => [REVENUE, ANY, &[], &[], &[]],
        RowKind::Stages => [STAGES, ANY, &[], &[], &[]],
        RowKind::Calls => [PEOPLE, CONTACT, ANY, &[], &[]],
        RowKind::Meetings | RowKind::Tags | RowKind::LostReasons => [NAMED, ANY, &[], &[], &[]],
    }
}
