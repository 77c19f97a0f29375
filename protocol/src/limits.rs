//! Every bound of the protocol, with its unit. Nothing received is trusted beyond these.
//!
//! The sizes follow the design's territory: 60 organisations, 1,000 devices, 10,000 acts,
//! 5,000 documents, one million envelopes over five years.

use std::time::Duration;

/// Bytes a relay reads from a link before it knows who speaks.
pub const BEFORE_AUTH_BYTES_MAX: usize = 4 * 1024;
/// Time a link has to say who it is.
pub const BEFORE_AUTH_TIME_MAX: Duration = Duration::from_secs(5);
/// One frame on the wire, after authentication.
pub const FRAME_BYTES_MAX: usize = 2 * 1024 * 1024;
/// Ciphertext of one envelope.
pub const CIPHERTEXT_BYTES_MAX: usize = 1024 * 1024;
/// Changes in one envelope.
pub const CHANGES_IN_ENVELOPE_MAX: usize = 4_096;
/// One act body.
pub const ACT_BYTES_MAX: usize = 256 * 1024;
/// Approvals carried by one entry.
pub const APPROVALS_MAX: usize = 256;
/// Partner organisations in one space, gone ones included.
pub const PARTNERS_MAX: usize = 1_024;
/// Devices of one space, revoked ones included.
pub const DEVICES_MAX: usize = 8_192;
/// Voice keys one organisation holds at a time.
pub const VOICES_MAX: usize = 3;
/// Devices named by a charter or an admission for one organisation.
pub const DEVICES_AT_ADMISSION_MAX: usize = 8;
/// Devices of one organisation, revoked ones included: none alone fills a space's table.
pub const DEVICES_PER_PARTNER_MAX: usize = 1_024;
/// Devices of one organisation that are not revoked.
pub const DEVICES_ACTIVE_PER_PARTNER_MAX: usize = 256;
/// Recipients of one epoch key; as many devices of a space are not revoked.
pub const RECIPIENTS_MAX: usize = 1_024;
/// One wraps blob: at most 1,168 bytes and framing for each recipient.
pub const WRAPS_BYTES_MAX: usize = RECIPIENTS_MAX * 1_280;
/// Epochs listed by one key grant.
pub const GRANTED_EPOCHS_MAX: usize = 512;
/// Open proposals of one organisation.
pub const OPEN_PROPOSALS_MAX: usize = 5;
/// Life of a proposal, in register time.
pub const PROPOSAL_LIFE: Duration = Duration::from_secs(14 * 24 * 3600);
/// A day of register time.
pub const DAY: Duration = Duration::from_secs(24 * 3600);
/// Epochs one device may open in a day of register time.
pub const ROTATIONS_PER_DAY_MAX: usize = 10;
/// Epochs the devices of one organisation may open in a day of register time.
pub const ROTATIONS_PER_DAY_PER_PARTNER_MAX: usize = 40;
/// Acts of one organisation, voices and devices together, in a day of register time.
pub const ACTS_PER_DAY_MAX: u32 = 512;
/// Life of an act, from the register time of the first entry its author had not seen.
pub const ACT_LIFE: Duration = Duration::from_secs(30 * 24 * 3600);
/// Longest suspension the operator may impose.
pub const SUSPENSION_MAX: Duration = Duration::from_secs(72 * 3600);
/// Time before the same device may be suspended again.
pub const SUSPENSION_REST: Duration = Duration::from_secs(30 * 24 * 3600);
/// How far ahead of the local clock a register time may lie before it is held.
pub const TIME_AHEAD_MAX: Duration = Duration::from_secs(10 * 60);
/// Join requests a relay keeps for one space.
pub const REQUESTS_MAX: usize = 64;
/// Invitations a relay keeps for one space, whoever made them.
pub const INVITATIONS_MAX: usize = 16 * INVITATIONS_PER_PARTNER_MAX;
/// Invitations of one organisation: none alone uses up the room of the others.
pub const INVITATIONS_PER_PARTNER_MAX: usize = 64;
/// Life of an invitation, in relay time.
pub const INVITATION_LIFE: Duration = Duration::from_secs(14 * 24 * 3600);
/// Sealed profile carried by a join request.
pub const PROFILE_BYTES_MAX: usize = 2 * 1024;
/// Text of a host, a URL or a code in an act.
pub const URL_BYTES_MAX: usize = 256;
/// Links one organisation may hold at a time.
pub const LINKS_PER_PARTNER_MAX: usize = 64;
/// Links a relay holds that have not yet said who they are.
pub const LINKS_BEFORE_AUTH_MAX: usize = 1_024;
/// Envelopes one device may have appended within [`QUOTA_WINDOW`].
pub const ENVELOPES_PER_WINDOW_MAX: u64 = 20_000;
/// Bytes one device may have appended within [`QUOTA_WINDOW`].
pub const BYTES_PER_WINDOW_MAX: u64 = 256 * 1024 * 1024;
/// Window of the two quotas above, in relay time.
pub const QUOTA_WINDOW: Duration = Duration::from_secs(3600);
/// Bytes of stored items that one `Stream` output may put in flight.
pub const STREAM_BYTES_MAX: usize = 256 * 1024;
/// Items that one `Stream` output may put in flight.
pub const STREAM_ITEMS_MAX: usize = 1_024;
/// Incarnations a device may ask about at once.
pub const MARKS_MAX: usize = 1_024;
/// Lives of one device's store that a journal knows.
pub const INCARNATIONS_PER_DEVICE_MAX: usize = 1_024;
/// One stored entry of a register: an act, its approvals and their framing.
pub const ENTRY_BYTES_MAX: usize = ACT_BYTES_MAX + APPROVALS_MAX * 320 + 256;
/// Approvals a relay keeps for one space until their proposal is adopted.
pub const MAILBOX_APPROVALS_MAX: usize = 1_024;
/// Versions that a hello may offer.
pub const VERSIONS_MAX: usize = 16;
/// Founding ticket.
pub const TICKET_BYTES_MAX: usize = 256;
/// Messages of unknown types that a link may carry before it is closed.
pub const UNKNOWN_MESSAGES_MAX: usize = 16;
/// Spaces a relay serves.
pub const SPACES_MAX: usize = 10_000;
/// Items of one bundle.
pub const BUNDLE_ITEMS_MAX: usize = 4_000_000;
/// Silence after which a link is taken for dead; peers ping at a third of it.
pub const LINK_SILENCE_MAX: Duration = Duration::from_secs(60);

/// The statement that freezes one version of a document; a row of the document holds it.
pub const FROZEN_BYTES_MAX: usize = 6 * 1024;
/// Changes that a frozen version consists of; any edit makes one of several.
pub const FROZEN_HEADS_MAX: usize = 32;
/// Organisations that are to sign one version.
pub const SIGNATORIES_MAX: usize = 128;
/// Name of one of them.
pub const SIGNATORY_BYTES_MAX: usize = 400;
/// Decision that froze a version, in words.
pub const DECISION_BYTES_MAX: usize = 1_200;
/// Canonical text of one version.
pub const FROZEN_TEXT_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Versions in one file: the one it is about and those it amends.
pub const FROZEN_VERSIONS_MAX: usize = 32;
/// PDFs that one file names.
pub const FROZEN_PDFS_MAX: usize = 1_024;
/// Register entries in one file.
pub const FROZEN_ENTRIES_MAX: usize = 1_000_000;

const _: () = assert!(CIPHERTEXT_BYTES_MAX + 4096 <= FRAME_BYTES_MAX);
const _: () = assert!(ACT_BYTES_MAX < FRAME_BYTES_MAX);
const _: () = assert!(BEFORE_AUTH_BYTES_MAX < FRAME_BYTES_MAX);
const _: () = assert!(DEVICES_AT_ADMISSION_MAX < RECIPIENTS_MAX);
