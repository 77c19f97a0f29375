//! What comes out of the territory, and goes in again: where everything stands, a sheet as PDF, the
//! yearly report for a word processor, the agenda, the tracker as a workbook, and the same workbook
//! read back.

use super::story::{list, scene, tell};
use super::territory::{COORDINATION, SHEETS, Territory};
use anyhow::{Result, ensure};

/// A file of which less is written holds no page of text; an agenda of a territory holds more.
const BYTES_MIN: u64 = 4_000;

impl Territory<'_> {
    /// Plays the scene: nobody retypes anything, and what is read back changes nothing.
    pub(super) fn take_along(&self) -> Result<()> {
        scene(20, "Le tableau de bord, une fiche en PDF, le bilan pour Word, le suivi pour Excel");
        let board = self.stage.type_in(COORDINATION, &["dashboard", &self.space])?;
        let (sheets, late) = (list(&board["sheets"])?.len(), list(&board["late"])?.len());
        ensure!(sheets == SHEETS && late > 0, "sheets: {sheets}, late: {late}");
        tell(&format!("{sheets} fiches, {late} échéances passées, calculées des documents."));
        self.write(&self.document("FA-10")?, "pdf", "fa-10.pdf")?;
        self.write(&self.document("BI-2026")?, "docx", "bilan-2026.docx")?;
        self.write(&self.space, "ics", "agenda.ics")?;
        let tracker = self.write(&self.space, "xlsx", "suivi.xlsx")?;
        let import = ["import", &tracker, "--space", &self.space];
        let read = self.stage.type_in(COORDINATION, &import)?;
        ensure!(list(&read["documents"])?.is_empty(), "the tracker differs: {read}");
        ensure!(list(&read["problems"])?.is_empty(), "not read: {read}");
        tell("Le classeur relu ne change rien : il dit ce que disent les documents.");
        Ok(())
    }

    /// Writes a document or the space to a file of the story, and returns its path.
    fn write(&self, what: &str, format: &str, file: &str) -> Result<String> {
        let file = self.stage.dir().join(file).to_string_lossy().into_owned();
        self.stage.type_in(COORDINATION, &["export", what, "--to", format, &file])?;
        let bytes = std::fs::metadata(&file)?.len();
        ensure!(bytes > BYTES_MIN, "{file} is nearly empty: {bytes} bytes");
        Ok(file)
    }
}
