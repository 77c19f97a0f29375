//! What a process did to a disk, and what a power cut would have left of it.
//!
//! The model is strict: data counts only once its own file or its file system was synced, a name
//! only once its folder was; `sync_file_range` counts for nothing. Names are journalled: they are
//! lost from the end, never from the middle.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

const PAGE_BYTES: usize = 4096;
const SECTOR_BYTES: usize = 512;

/// A file's identity in the model. Inode numbers are reused, these are not.
type FileId = usize;

/// One recorded event, in the numbering of the shim.
#[derive(Debug)]
pub(crate) enum Event {
    Root(u64),
    Create {
        parent: u64,
        inode: u64,
        folder: bool,
        name: String,
    },
    Write {
        inode: u64,
        offset: usize,
        bytes: Vec<u8>,
    },
    Truncate {
        inode: u64,
        size: usize,
    },
    Sync(u64),
    SyncAll,
    Rename {
        from: u64,
        to: u64,
        from_name: String,
        to_name: String,
    },
    Unlink {
        parent: u64,
        name: String,
    },
    /// So many batches are acknowledged.
    Ack(u32),
}

impl Event {
    /// Returns how many batches this event acknowledges, if it is about that.
    pub(crate) fn acked(&self) -> Option<u32> {
        if let Self::Ack(count) = self { Some(*count) } else { None }
    }
}

/// Reads the log of the shim.
pub(crate) fn read_log(path: &Path) -> Vec<Event> {
    let log = fs::read(path).unwrap();
    let mut rest = log.as_slice();
    let mut events = Vec::new();
    while !rest.is_empty() {
        let (head, tail) = rest.split_at(40);
        let number = |at: usize| u64::from_ne_bytes(head[at * 8..][..8].try_into().unwrap());
        let (bytes, tail) = tail.split_at(number(4) as usize);
        rest = tail;
        let text = || String::from_utf8(bytes.to_vec()).unwrap();
        let (a, b) = (number(1), number(2));
        events.push(match number(0) {
            1 => Event::Root(a),
            2 => Event::Create { parent: a, inode: b, folder: number(3) == 1, name: text() },
            3 => Event::Write { inode: a, offset: b as usize, bytes: bytes.to_vec() },
            4 => Event::Truncate { inode: a, size: b as usize },
            5 => Event::Sync(a),
            6 => Event::SyncAll,
            7 => {
                let names = text();
                let (from_name, to_name) = names.split_once('/').unwrap();
                let (from_name, to_name) = (from_name.to_string(), to_name.to_string());
                Event::Rename { from: a, to: b, from_name, to_name }
            }
            8 => Event::Unlink { parent: a, name: text() },
            9 => Event::Ack(u32::from_be_bytes(bytes.try_into().unwrap())),
            other => panic!("unknown event {other}"),
        });
    }
    events
}

/// How a cut treats what was not synced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    /// All of it is lost.
    Dropped,
    /// New names are there, their unsynced bytes are not.
    Hollow,
    /// It is kept up to some moment, the last write torn at a sector.
    Torn,
    /// Some pages were written out, others not, in any order.
    Scattered,
    /// Everything is there: a killed process, or the end of the recording.
    Kept,
}

impl Cut {
    /// The four ways a power cut is modelled, in turn.
    pub(crate) const ALL: [Self; 4] = [Self::Dropped, Self::Hollow, Self::Torn, Self::Scattered];
}

/// The disk while a recording is played: what is durable, and what is pending.
#[derive(Default)]
pub(crate) struct World {
    ids: BTreeMap<u64, FileId>,
    files: Vec<File>,
    names: Tree,
    pending_names: Vec<(u64, NameOp)>,
    clock: u64,
}

#[derive(Default)]
struct File {
    is_folder: bool,
    durable: Vec<u8>,
    pending: Vec<(u64, DataOp)>,
}

#[derive(Clone)]
enum DataOp {
    Write { offset: usize, bytes: Vec<u8> },
    Truncate(usize),
}

#[derive(Clone)]
enum NameOp {
    Link { folder: FileId, name: String, file: FileId },
    Unlink { folder: FileId, name: String },
    Move { from: FileId, to: FileId, from_name: String, to_name: String },
}

/// Folder contents: every folder's names.
#[derive(Clone, Default)]
struct Tree(BTreeMap<FileId, BTreeMap<String, FileId>>);

impl Tree {
    fn apply(&mut self, op: &NameOp) {
        match op {
            NameOp::Link { folder, name, file } => {
                self.0.entry(*folder).or_default().insert(name.clone(), *file);
            }
            NameOp::Unlink { folder, name } => {
                self.0.entry(*folder).or_default().remove(name);
            }
            NameOp::Move { from, to, from_name, to_name } => {
                let file = self.0.entry(*from).or_default().remove(from_name).unwrap();
                self.0.entry(*to).or_default().insert(to_name.clone(), file);
            }
        }
    }
}

impl NameOp {
    fn touches(&self, folder: FileId) -> bool {
        match self {
            Self::Link { folder: at, .. } | Self::Unlink { folder: at, .. } => *at == folder,
            Self::Move { from, to, .. } => *from == folder || *to == folder,
        }
    }
}

impl World {
    pub(crate) fn play(&mut self, event: &Event) {
        self.clock += 1;
        match event {
            Event::Root(inode) => {
                self.add(*inode, true);
            }
            Event::Create { parent, inode, folder, name } => {
                let at = self.ids[parent];
                let file = self.add(*inode, *folder);
                self.rename(NameOp::Link { folder: at, name: name.clone(), file });
            }
            Event::Write { inode, offset, bytes } => {
                self.change(*inode, DataOp::Write { offset: *offset, bytes: bytes.clone() });
            }
            Event::Truncate { inode, size } => self.change(*inode, DataOp::Truncate(*size)),
            Event::Sync(inode) => self.sync(self.ids[inode]),
            Event::SyncAll => self.sync_all(),
            Event::Rename { from, to, from_name, to_name } => {
                let (from, to) = (self.ids[from], self.ids[to]);
                let (from_name, to_name) = (from_name.clone(), to_name.clone());
                self.rename(NameOp::Move { from, to, from_name, to_name });
            }
            Event::Unlink { parent, name } => {
                let folder = self.ids[parent];
                self.rename(NameOp::Unlink { folder, name: name.clone() });
            }
            Event::Ack(_) => {}
        }
    }

    fn add(&mut self, inode: u64, is_folder: bool) -> FileId {
        self.files.push(File { is_folder, ..File::default() });
        self.ids.insert(inode, self.files.len() - 1);
        self.files.len() - 1
    }

    fn change(&mut self, inode: u64, op: DataOp) {
        self.files[self.ids[&inode]].pending.push((self.clock, op));
    }

    fn rename(&mut self, op: NameOp) {
        self.pending_names.push((self.clock, op));
    }

    fn sync(&mut self, id: FileId) {
        let file = &mut self.files[id];
        for (_, op) in file.pending.drain(..) {
            apply(&mut file.durable, &op);
        }
        if file.is_folder {
            let last = self.pending_names.iter().rposition(|(_, op)| op.touches(id));
            for (_, op) in self.pending_names.drain(..last.map_or(0, |at| at + 1)) {
                self.names.apply(&op);
            }
        }
    }

    fn sync_all(&mut self) {
        for id in 0..self.files.len() {
            self.sync(id);
        }
        for (_, op) in self.pending_names.drain(..) {
            self.names.apply(&op);
        }
    }

    /// Writes the disk as a cut at this moment leaves it into an empty folder.
    pub(crate) fn cut(&self, cut: Cut, chance: &mut Chance, into: &Path) {
        let moment = match cut {
            Cut::Dropped => 0,
            Cut::Hollow | Cut::Kept => u64::MAX,
            Cut::Torn | Cut::Scattered => self.some_moment(chance),
        };
        let mut names = self.names.clone();
        let survives = |at: u64| cut != Cut::Torn && cut != Cut::Scattered || at < moment;
        for (at, op) in &self.pending_names {
            if cut != Cut::Dropped && survives(*at) {
                names.apply(op);
            }
        }
        // Scattered pages do not keep the order of the names either.
        let contents = |file: &File, chance: &mut Chance| match cut {
            Cut::Dropped | Cut::Hollow => file.durable.clone(),
            Cut::Kept => file.until(u64::MAX, chance),
            Cut::Torn => file.until(moment, chance),
            Cut::Scattered => file.scattered(chance),
        };
        let mut folders = vec![(0, into.to_path_buf())];
        while let Some((id, path)) = folders.pop() {
            for (name, file) in names.0.get(&id).into_iter().flatten() {
                let path = path.join(name);
                if self.files[*file].is_folder {
                    fs::create_dir(&path).unwrap();
                    folders.push((*file, path));
                } else {
                    fs::write(&path, contents(&self.files[*file], chance)).unwrap();
                }
            }
        }
    }

    fn some_moment(&self, chance: &mut Chance) -> u64 {
        let data = self.files.iter().flat_map(|file| file.pending.iter().map(|(at, _)| *at));
        let moments: BTreeSet<u64> =
            data.chain(self.pending_names.iter().map(|(at, _)| *at)).collect();
        let choice = chance.below(moments.len() + 1);
        moments.into_iter().nth(choice).unwrap_or(u64::MAX)
    }
}

impl File {
    /// Everything before a moment, and a part of what happened at it.
    fn until(&self, moment: u64, chance: &mut Chance) -> Vec<u8> {
        let mut bytes = self.durable.clone();
        for (at, op) in &self.pending {
            match op {
                _ if *at < moment => apply(&mut bytes, op),
                DataOp::Write { offset, bytes: written } if *at == moment => {
                    let kept = chance.below(written.len() / SECTOR_BYTES + 1) * SECTOR_BYTES;
                    let torn = DataOp::Write { offset: *offset, bytes: written[..kept].to_vec() };
                    apply(&mut bytes, &torn);
                }
                DataOp::Write { .. } | DataOp::Truncate(_) => {}
            }
        }
        bytes
    }

    /// Each page as it was after any number of its writes, at least as new as what was synced.
    fn scattered(&self, chance: &mut Chance) -> Vec<u8> {
        let mut writes_of: BTreeMap<usize, usize> = BTreeMap::new();
        for (_, op) in &self.pending {
            for (page, _) in pieces(op) {
                *writes_of.entry(page).or_default() += 1;
            }
        }
        for count in writes_of.values_mut() {
            *count = chance.below(*count + 1);
        }
        let mut bytes = self.durable.clone();
        for (_, op) in &self.pending {
            if let DataOp::Truncate(_) = op {
                apply(&mut bytes, op);
            }
            for (page, piece) in pieces(op) {
                let left = writes_of.get_mut(&page).unwrap();
                if *left > 0 {
                    *left -= 1;
                    apply(&mut bytes, &piece);
                }
            }
        }
        bytes
    }
}

/// Cuts a write into the parts that fall on each page.
fn pieces(op: &DataOp) -> Vec<(usize, DataOp)> {
    let DataOp::Write { offset, bytes } = op else {
        return Vec::new();
    };
    let mut pieces = Vec::new();
    let (mut offset, mut rest) = (*offset, bytes.as_slice());
    while !rest.is_empty() {
        let length = rest.len().min(PAGE_BYTES - offset % PAGE_BYTES);
        let (piece, tail) = rest.split_at(length);
        pieces.push((offset / PAGE_BYTES, DataOp::Write { offset, bytes: piece.to_vec() }));
        (offset, rest) = (offset + length, tail);
    }
    pieces
}

fn apply(file: &mut Vec<u8>, op: &DataOp) {
    match op {
        DataOp::Write { bytes, .. } if bytes.is_empty() => {}
        DataOp::Write { offset, bytes } => {
            let end = offset + bytes.len();
            if file.len() < end {
                file.resize(end, 0);
            }
            file[*offset..end].copy_from_slice(bytes);
        }
        DataOp::Truncate(size) => file.resize(*size, 0),
    }
}

/// Chances that follow from a seed.
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    /// Returns a number from zero up to, not including, a bound.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mixed = (self.0 ^ (self.0 >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
        ((mixed ^ (mixed >> 33)) % bound.max(1) as u64) as usize
    }
}
