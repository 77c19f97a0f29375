//! The parts that fields play in the figures of a territory: deadline, state, amount asked…
//!
//! A kind lists its parts beside its fields, and [`crate::figures`] reads nothing else: adding a
//! kind to the figures is adding lines to its table. Every name here is that of a field or of a
//! column of the same table. Nothing here computes.

use super::{Wording, words};

/// One part that fields of a kind play.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The document, or each row of a field, is something to be done by a day.
    Followed(Followed),
    /// The document is an action that is led, whose progress is told.
    Sheet(Sheet),
    /// The document is money.
    Funding(Funding),
    /// The document, or each row of a field, is a meeting on a day.
    Meeting(Meeting),
    /// The document tells who came to a meeting.
    Attendance(Attendance),
    /// The document tells to which college an organisation belongs.
    College(College),
}

/// What sort of thing is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Matter {
    /// An action sheet as a whole.
    Sheet,
    /// An objective of a sheet.
    Objective,
    /// A step of a sheet.
    Step,
    /// A milestone of a programme or a roadmap.
    Milestone,
    /// A commitment of the territorial contract.
    Commitment,
    /// Something decided in a meeting that somebody is to do.
    Action,
    /// A deadline of a funding.
    Deadline,
    /// A call for projects.
    Call,
    /// The end of a convention, of a contract or of a plan.
    End,
    /// The last day on which a convention can be ended or negotiated anew.
    Notice,
    /// An objective of a letter of mission.
    Mission,
    /// A letter that awaits an answer.
    Answer,
    /// A document to be read again.
    Review,
}

impl Matter {
    /// Every sort, in the order of the screens.
    pub const ALL: [Self; 13] = [
        Self::Sheet,
        Self::Objective,
        Self::Step,
        Self::Milestone,
        Self::Commitment,
        Self::Action,
        Self::Deadline,
        Self::Call,
        Self::End,
        Self::Notice,
        Self::Mission,
        Self::Answer,
        Self::Review,
    ];

    /// Returns what scripts rely on.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sheet => "sheet",
            Self::Objective => "objective",
            Self::Step => "step",
            Self::Milestone => "milestone",
            Self::Commitment => "commitment",
            Self::Action => "action",
            Self::Deadline => "deadline",
            Self::Call => "call",
            Self::End => "end",
            Self::Notice => "notice",
            Self::Mission => "mission",
            Self::Answer => "answer",
            Self::Review => "review",
        }
    }

    /// Returns what is shown.
    #[must_use]
    pub const fn label(self) -> Wording {
        match self {
            Self::Sheet => words("fiche-action", "action sheet"),
            Self::Objective => words("objectif", "objective"),
            Self::Step => words("étape", "step"),
            Self::Milestone => words("jalon", "milestone"),
            Self::Commitment => words("engagement", "commitment"),
            Self::Action => words("action à mener", "action to take"),
            Self::Deadline => words("échéance de financement", "funding deadline"),
            Self::Call => words("appel à projets", "call for projects"),
            Self::End => words("fin de validité", "end of term"),
            Self::Notice => words("préavis", "notice"),
            Self::Mission => words("objectif de mission", "mission objective"),
            Self::Answer => words("réponse attendue", "awaited answer"),
            Self::Review => words("relecture", "review"),
        }
    }
}

/// How something that is followed stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Not begun.
    Waiting,
    /// Under way.
    Open,
    /// Under way and held up.
    Blocked,
    /// Done, or kept.
    Done,
    /// Done in part, and over.
    Partly,
    /// Not done, and over.
    Missed,
    /// Given up, refused or void: it counts for nothing any more.
    Dropped,
}

impl Standing {
    /// Every standing, in the order of the screens.
    pub const ALL: [Self; 7] = [
        Self::Waiting,
        Self::Open,
        Self::Blocked,
        Self::Done,
        Self::Partly,
        Self::Missed,
        Self::Dropped,
    ];

    /// Tells whether somebody still has to do something.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::Open | Self::Blocked)
    }

    /// Returns what scripts rely on.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Open => "open",
            Self::Blocked => "blocked",
            Self::Done => "done",
            Self::Partly => "partly",
            Self::Missed => "missed",
            Self::Dropped => "dropped",
        }
    }
}

/// What a stored value of a choice says of how things stand; other values say `Open`.
pub type Standings = &'static [(&'static str, Standing)];

/// Something to be done by a day: the document itself, or each row of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Followed {
    /// What sort of thing it is.
    pub matter: Matter,
    /// The field of rows; `None` is the document itself.
    pub rows: Option<&'static str>,
    /// What it is called in print.
    pub code: Option<&'static str>,
    /// What it is about; without one, the title of the document says it.
    pub label: Option<&'static str>,
    /// The day, or the day and time, by which it is to be done.
    pub due: Option<&'static str>,
    /// A field of the document with whole months that the day is earlier.
    pub notice: Option<&'static str>,
    /// A field and a value with which no day binds.
    pub unless: Option<(&'static str, &'static str)>,
    /// The organisation that answers for it.
    pub responsible: Option<&'static str>,
    /// The choice that says how it stands.
    pub state: Option<&'static str>,
    /// What that choice says.
    pub standings: Standings,
    /// Fields that say it is done: a yes, or anything but yes or no once it is filled.
    pub done: &'static [&'static str],
}

impl Followed {
    /// Starts a description with nothing but what sort of thing it is.
    #[must_use]
    pub const fn new(matter: Matter) -> Self {
        Self {
            matter,
            rows: None,
            code: None,
            label: None,
            due: None,
            notice: None,
            unless: None,
            responsible: None,
            state: None,
            standings: &[],
            done: &[],
        }
    }
}

/// An action that is led by an organisation and reported on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sheet {
    /// Its number.
    pub code: &'static str,
    /// The organisation that leads it.
    pub lead: &'static str,
    /// The choice that says how it stands.
    pub state: &'static str,
    /// What that choice says.
    pub standings: Standings,
    /// The rate a person has put down, which goes before what is worked out.
    pub manual: &'static str,
    /// What its progress is worked out from: the first of these of which there is any.
    pub progress: &'static [Matter],
    /// The document of the plan it belongs to.
    pub plan: &'static str,
    /// The set of national priorities it serves.
    pub priorities: &'static str,
    /// The field of rows of its progress reports.
    pub reports: &'static str,
    /// The column of the day of a report.
    pub reported: &'static str,
    /// The first day of the action.
    pub begins: &'static str,
}

/// A sum: a field, or a column of a table added up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sum {
    /// An amount of the document.
    Field(&'static str),
    /// The amounts of one column: the field of rows, the column.
    Rows(&'static str, &'static str),
}

/// Money: where it comes from, how much, for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Funding {
    /// Its short code.
    pub code: &'static str,
    /// The choice that says where it comes from.
    pub source: &'static str,
    /// The organisation that receives it.
    pub beneficiary: &'static str,
    /// The choice that says how far it has come.
    pub state: &'static str,
    /// What that choice says; money dropped is in no sum.
    pub standings: Standings,
    /// What was asked.
    pub asked: Sum,
    /// What was granted in writing.
    pub granted: Sum,
    /// What was paid.
    pub paid: Sum,
    /// What was spent.
    pub used: Sum,
    /// The set of documents it serves.
    pub sheets: &'static str,
}

/// A meeting to come or held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meeting {
    /// The field of rows; `None` is the document itself.
    pub rows: Option<&'static str>,
    /// The day, or the day and time.
    pub at: &'static str,
    /// The choice that says which body meets.
    pub body: &'static str,
    /// What it is about; without one, the title of the document says it.
    pub label: Option<&'static str>,
}

/// Who came to a meeting: one row for each organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attendance {
    /// The day of the meeting.
    pub at: &'static str,
    /// The choice that says which body met.
    pub body: &'static str,
    /// The field of rows.
    pub rows: &'static str,
    /// The column of the organisation.
    pub partner: &'static str,
    /// The column of its college; where it is empty, the directory says it.
    pub college: &'static str,
    /// The column that says whether it came.
    pub state: &'static str,
    /// The values that say it was there, or somebody for it.
    pub here: &'static [&'static str],
    /// The values that say it was not.
    pub away: &'static [&'static str],
}

/// The college of an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct College {
    /// The organisation.
    pub partner: &'static str,
    /// The choice that says its college.
    pub college: &'static str,
}

/// What [`super::codes::AVANCEMENT`] says of how things stand.
pub(super) const AVANCEMENT_SAYS: Standings = &[
    ("non_demarree", Standing::Waiting),
    ("a_discuter", Standing::Waiting),
    ("realisee", Standing::Done),
    ("bloquee", Standing::Blocked),
    ("abandonnee", Standing::Dropped),
];

/// What the states of an action decided in a meeting say.
pub(super) const ACTIONS_SAY: Standings =
    &[("a_faire", Standing::Waiting), ("faite", Standing::Done), ("abandonnee", Standing::Dropped)];

/// What [`super::codes::STATUTS_ENGAGEMENT`] says.
pub(super) const ENGAGEMENTS_SAY: Standings = &[
    ("tenu", Standing::Done),
    ("partiel", Standing::Partly),
    ("non_tenu", Standing::Missed),
    ("caduc", Standing::Dropped),
];

/// What [`super::codes::STATUTS_FINANCEMENT`] says.
pub(super) const FINANCEMENTS_SAY: Standings = &[
    ("veille", Standing::Waiting),
    ("en_montage", Standing::Waiting),
    ("solde", Standing::Done),
    ("refuse", Standing::Dropped),
    ("annule", Standing::Dropped),
];

/// What has been decided about a call: once decided, it is no more to be looked at.
pub(super) const APPELS_SAY: Standings = &[
    ("a_etudier", Standing::Waiting),
    ("candidature", Standing::Done),
    ("ecarte", Standing::Dropped),
];
