//! Writing a frozen version to a file that proves its visas by itself.

use protocol::checkpoint::{Checkpoint, Log};
use protocol::crypto::Hash;
use protocol::frozen::{Frozen, FrozenFile};
use protocol::id::DocumentId;
use protocol::limits;

use super::{Obstacle, digests_of};
use crate::replica::command::{CommandError, Reply};
use crate::replica::home::Home;
use crate::replica::space::Space;
use crate::replica::step::Step;

impl Space {
    /// Writes a frozen version, the last one by default, with those it amends, the register
    /// up to the relay's last checkpoint, and that checkpoint.
    pub(in crate::replica) fn frozen_file(
        &mut self,
        step: &mut Step<'_, '_>,
        home: &Home,
        id: DocumentId,
        version: Option<Hash>,
    ) -> Result<Reply, CommandError> {
        let (checkpoint, size) = self.vouched_register(step)?;
        let report = self.frozen_report(step, home, id)?;
        let version = version.or(report.versions.last().map(|last| last.version));
        let version = version.ok_or(Obstacle::NothingFrozen)?;
        let mut versions: Vec<(Frozen, String)> = Vec::new();
        let mut next = Some((id, version));
        while let Some((document, version)) = next.take() {
            let Some(one) = self.sound(step, home, document, &version) else {
                break;
            };
            let amended = one.0.amends.filter(|_| versions.len() + 1 < limits::FROZEN_VERSIONS_MAX);
            versions.push(one);
            next = match amended {
                Some(amended) => {
                    let visas = self.known()?.roster().visas_of(&amended);
                    visas.first().map(|given| (given.visa.document, amended))
                }
                None => None,
            };
        }
        if versions.is_empty() {
            return Err(Obstacle::HeadsUnknown.into());
        }
        let pdfs = self.attached(&id, &versions[0].0)?;
        let stored = self.stored(step, Log::Register).zip(0..size);
        let entries: Vec<Vec<u8>> = stored.map(|(bytes, _)| bytes).collect();
        let items = entries.len() as u64;
        let file = FrozenFile { versions, pdfs, entries, checkpoint };
        Ok(Reply::File { bytes: file.to_file(), items })
    }

    /// Returns the relay's last checkpoint of the register, and how far it goes.
    fn vouched_register(&self, step: &Step<'_, '_>) -> Result<(String, u64), CommandError> {
        let known = self.known()?.size();
        let of_register = |note: String| {
            let said = Checkpoint::said(&note).filter(|c| c.log == Log::Register)?;
            (said.space == self.id && said.size <= known).then_some((note, said.size))
        };
        let found = self.notes(step).into_iter().find_map(of_register);
        found.ok_or_else(|| Obstacle::NotVouched.into())
    }

    fn sound(
        &mut self,
        step: &mut Step<'_, '_>,
        home: &Home,
        document: DocumentId,
        version: &Hash,
    ) -> Option<(Frozen, String)> {
        let report = self.frozen_report(step, home, document).ok()?;
        let one = report.versions.into_iter().find(|one| one.version == *version)?;
        let text = one.text()?.to_owned();
        Some((one.frozen, text))
    }

    /// Returns the digests of the PDFs that visas under a version attach.
    fn attached(
        &mut self,
        document: &DocumentId,
        frozen: &Frozen,
    ) -> Result<Vec<Hash>, CommandError> {
        let shelved = self.shelf.opened(document).ok_or(CommandError::NotFound("document"))?;
        let content = shelved.document.view().ok_or(CommandError::Unreadable)?;
        let mut digests = digests_of(&content);
        let roster = self.known()?.roster();
        digests.retain(|digest| {
            let pdf = frozen.attach(digest);
            frozen.visas(roster).any(|given| given.visa.pdf == Some(pdf))
        });
        digests.sort_unstable();
        digests.dedup();
        Ok(digests)
    }
}
