use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::id::{DocId, FileHash};

/// The most bytes an attached file may have.
pub const MAX_FILE: u64 = 25 << 20;

/// A file attached to a record. Its name and hash lie in the record's document under `attachment:<id>:…`; its bytes lie
/// beside the store and come from colleagues' devices after the records.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attachment {
    pub id: DocId,
    /// As the person named it. It may come from another device: see [`Attachment::file_name`].
    pub name: String,
    pub hash: FileHash,
    /// In bytes, at most [`MAX_FILE`].
    pub size: u64,
    #[serde(with = "crate::value::brief")]
    pub time: DateTime<Utc>,
    pub user: Option<DocId>,
}

impl Attachment {
    /// The name as one that is safe for a file on any system: no folders, nothing a system reserves, at most 150 characters.
    pub fn file_name(&self) -> String {
        let last = self.name.rsplit(['/', '\\']).next().unwrap_or_default();
        let plain: String = last
            .chars()
            .map(|c| if c.is_control() || r#"<>:"|?*"#.contains(c) { '_' } else { c })
            .collect::<String>()
            .trim_matches([' ', '.'])
            .to_owned();
        let (stem, extension) = plain.rsplit_once('.').map_or((plain.as_str(), ""), |(s, e)| (s, e));
        let reserved = ["con", "prn", "aux", "nul"].contains(&stem.to_lowercase().as_str());
        let stem: String = stem.chars().take(130).collect();
        let extension: String = extension.chars().take(18).collect();
        match (stem.is_empty() || reserved, extension.is_empty()) {
            (true, true) => "file".to_owned(),
            (true, false) => format!("file.{extension}"),
            (false, true) => stem,
            (false, false) => format!("{stem}.{extension}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_from_elsewhere_stays_in_its_folder() {
        let safe = |name: &str| {
            let id = DocId::new(crate::id::Kind::Attachment, 0, [0; 9]);
            let (hash, time) = (FileHash([0; 32]), Default::default());
            Attachment { id, name: name.to_owned(), hash, size: 0, time, user: None }.file_name()
        };
        assert_eq!(safe("Offer 12.pdf"), "Offer 12.pdf");
        assert_eq!(safe("../../.bashrc"), "bashrc");
        assert_eq!(safe("C:\\Windows\\system32\\a.dll"), "a.dll");
        assert_eq!(safe("/etc/passwd"), "passwd");
        assert_eq!(safe(".."), "file");
        assert_eq!(safe("con.txt"), "file.txt");
        assert_eq!(safe("a\nb:c?.txt"), "a_b_c_.txt");
        assert!(safe(&"é".repeat(5_000)).chars().count() <= 150);
    }
}
