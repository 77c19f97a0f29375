//! What the pages need beside their HTML, carried in the program: style, scripts, sign.
//!
//! The scripts are built from `web/app` and committed in `web/dist`; the gate builds them again
//! and compares. The style sheet is written by hand.

/// One file as it is served.
#[derive(Debug, Clone, Copy)]
pub struct Asset {
    /// Its name in addresses, after `/assets/`.
    pub name: &'static str,
    /// Its media type.
    pub media: &'static str,
    /// Its bytes.
    pub bytes: &'static [u8],
}

/// Every file.
pub const ASSETS: &[Asset] = &[
    Asset { name: "style.css", media: CSS, bytes: include_bytes!("../style.css") },
    Asset { name: "icon.svg", media: "image/svg+xml", bytes: include_bytes!("../icon.svg") },
    Asset { name: "app.js", media: JS, bytes: include_bytes!("../dist/app.js") },
    Asset { name: "editor.js", media: JS, bytes: include_bytes!("../dist/editor.js") },
    Asset { name: "editor.css", media: CSS, bytes: include_bytes!("../dist/editor.css") },
    // The licences of what is built into the scripts.
    Asset {
        name: "THIRD-PARTY.txt",
        media: TEXT,
        bytes: include_bytes!("../dist/THIRD-PARTY.txt"),
    },
];

const TEXT: &str = "text/plain; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";

/// Returns the file of that name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.name == name)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn no_file_asks_for_anything_from_elsewhere() {
        for asset in ASSETS.iter().filter(|asset| asset.media == CSS) {
            let text = String::from_utf8_lossy(asset.bytes);
            assert!(!text.contains("url(") && !text.contains("@import"), "{}", asset.name);
        }
        assert!(find("style.css").is_some() && find("../Cargo.toml").is_none());
        let licences = find("THIRD-PARTY.txt").unwrap();
        assert!(String::from_utf8_lossy(licences.bytes).contains("MIT"));
    }
}
