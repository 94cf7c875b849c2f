//! Pipedrive: sheets whose headers name the item and the field, `Deal - Title`.

use super::Shape;
use crate::exchange::{
    mapping::{Profile::Pipedrive, RowKind},
    table::Table,
};

const DEAL: &[(&str, &str)] = &[
    ("dealid", "id"),
    ("dealtitle", "name"),
    ("dealvalue", "expected_revenue"),
    ("dealstage", "stage"),
    ("dealstatus", "won_status"),
    ("dealprobability", "probability"),
    ("dealowner", "user"),
    ("dealorganization", "partner"),
    ("organizationname", "partner"),
    ("dealcontactperson", "contact_name"),
    ("personname", "contact_name"),
    ("personfirstname", "first_name"),
    ("personlastname", "last_name"),
    ("personphone", "phone"),
    ("personphonework", "phone"),
    ("personemailwork", "email_from"),
    ("personemail", "email_from"),
    ("personemailhome", "email_from"),
    ("organizationaddress", "street"),
    ("deallabel", "tags"),
    ("dealexpectedclosedate", "date_deadline"),
    ("dealwontime", "date_closed"),
    ("dealdealclosedon", "date_closed"),
    ("deallosttime", "date_closed"),
    ("deallostreason", "lost_reason"),
    ("dealdealcreated", "create_date"),
    ("dealcreated", "create_date"),
    ("productname", "product"),
    ("notecontent", "*"),
    ("activitysubject", "*"),
    ("activityduedate", "*"),
];

const PERSON: &[(&str, &str)] = &[
    ("personid", "id"),
    ("personname", "name"),
    ("personfirstname", "first_name"),
    ("personlastname", "last_name"),
    ("personphone", "phone"),
    ("personphonework", "phone"),
    ("personphonemobile", "mobile"),
    ("personphonehome", "phone_other"),
    ("personemailwork", "email"),
    ("personemail", "email"),
    ("personemailhome", "email_other"),
    ("personorganization", "parent"),
    ("organizationname", "parent"),
    ("organizationaddress", "street"),
    ("personowner", "user"),
    ("personlabel", "tags"),
    ("personpersoncreated", "create_date"),
    ("notecontent", "*"),
];

const ORGANIZATION: &[(&str, &str)] = &[
    ("organizationid", "id"),
    ("organizationname", "name"),
    ("organizationaddress", "street"),
    ("organizationowner", "user"),
    ("organizationlabel", "tags"),
    ("organizationwebsite", "website"),
    ("organizationindustry", "industry"),
    ("organizationorganizationcreated", "create_date"),
];

pub(super) const SHAPES: &[Shape] = &[
    Shape::new(Pipedrive, RowKind::Opportunities, &["dealtitle"], DEAL),
    Shape::new(Pipedrive, RowKind::People, &["personname"], PERSON),
    Shape::new(Pipedrive, RowKind::Companies, &["organizationname"], ORGANIZATION),
];

/// `Organization - Name` is Pipedrive's, `Organization Name` anybody's.
pub(super) fn is_dashed(table: &Table) -> bool {
    table.headers.iter().any(|h| ["Deal - ", "Person - ", "Organization - "].iter().any(|item| h.starts_with(item)))
}
