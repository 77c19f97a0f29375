//! `requests`: who asks to join, and what is being voted on.

use crate::args;
use crate::driver::Access;
use crate::question::{Answer, Question};
use crate::{failures, resolve, words};
use client_core::replica::{Command, ProposalView, Reply};
use console::{Failure, Lang, Page, Text};
use serde::{Deserialize, Serialize};

/// Asks for the join requests and votes of a space.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Requests {
    space: String,
    #[serde(default)]
    all: bool,
}

/// The requests and votes.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Proposals(Vec<Proposal>);

/// One join request or vote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Proposal {
    pub(crate) proposal: String,
    #[serde(rename = "type")]
    pub(crate) measure: String,
    pub(crate) subject: String,
    /// Whom it is about, without what is asked.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) role: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) partner: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) words: Vec<String>,
    pub(crate) approvals: usize,
    pub(crate) approved_by: Vec<String>,
    pub(crate) needed: usize,
    /// How many guarantors may vote: all but the one it is about.
    pub(crate) voices: usize,
    pub(crate) state: String,
}

impl From<args::Requests> for Requests {
    fn from(args: args::Requests) -> Self {
        let args::Requests { space, all } = args;
        Self { space, all }
    }
}

impl From<ProposalView> for Proposal {
    fn from(view: ProposalView) -> Self {
        let (partner, words, name) = match view.applicant {
            Some(applicant) => {
                (Some(applicant.partner.to_string()), applicant.words, applicant.name)
            }
            None => (None, Vec::new(), String::new()),
        };
        Self {
            proposal: view.proposal.to_string(),
            measure: view.measure.to_owned(),
            subject: if name.is_empty() { view.subject } else { name },
            name: view.name,
            role: view.role.map(|role| role.name().to_owned()),
            partner,
            words,
            approvals: view.approvals.len(),
            approved_by: view.approvals.iter().map(ToString::to_string).collect(),
            needed: view.needed,
            voices: view.able,
            state: view.state.to_owned(),
        }
    }
}

impl Question for Requests {
    const PATH: &'static str = "requests";
    type Answer = Proposals;

    async fn answer(self, replica: &Access) -> Result<Proposals, Failure> {
        let space = resolve::space(replica, &self.space).await?;
        let Reply::Requests(views) = replica.command(Command::Requests { space }).await? else {
            return Err(failures::wrong_reply(Self::PATH));
        };
        let proposals = views.into_iter().map(Proposal::from);
        Ok(Proposals(proposals.filter(|one| self.all || one.is_open()).collect()))
    }
}

impl Answer for Proposals {
    fn draw(&self, page: &mut Page) {
        if self.0.is_empty() {
            page.say(&Text::of(
                "Ni demande d'entrée, ni vote en cours.",
                "No join request and no open vote.",
            ));
            return;
        }
        for (place, proposal) in self.0.iter().enumerate() {
            if place > 0 {
                page.gap();
            }
            proposal.draw_in(page);
        }
    }
}

impl Proposal {
    /// Tells whether it still awaits a decision.
    pub(crate) fn is_open(&self) -> bool {
        ["request", "open"].contains(&self.state.as_str())
    }

    /// Returns what the vote is about, in the reader's words.
    pub(crate) fn subject_in(&self, lang: Lang) -> String {
        match self.measure.as_str() {
            "role" => {
                let role = words::role(self.role.as_deref().unwrap_or_default(), lang);
                format!("{} → {role}", self.name)
            }
            "rule" => words::rule(&self.subject, lang),
            "close" => words::closing(&self.subject, lang),
            _ => self.subject.clone(),
        }
    }

    /// Draws what is asked, with the eight words of a newcomer.
    pub(crate) fn draw_in(&self, page: &mut Page) {
        let lang = page.lang();
        let measure = words::measure(&self.measure, lang);
        let subject = self.subject_in(lang);
        page.title(&Text::new(format!("{measure} : {subject}"), format!("{measure}: {subject}")));
        let mut pairs = vec![(Text::of("demande", "request"), self.proposal.clone())];
        if let Some(role) = self.role.as_ref().filter(|_| self.measure == "admit") {
            pairs.push((Text::of("rôle", "role"), words::role(role, lang)));
        }
        let count = Text::new(
            format!("{} sur {} à réunir", self.approvals, self.needed),
            format!("{} of {} needed", self.approvals, self.needed),
        );
        pairs.push((Text::of("accords", "approvals"), count.in_lang(lang).to_owned()));
        pairs.push((Text::of("état", "state"), words::state(&self.state, lang)));
        if !self.words.is_empty() {
            pairs.push((Text::of("huit mots", "eight words"), self.words.join(" ")));
        }
        page.pairs(&pairs);
        if self.is_open() {
            warn_if_stuck(self.needed, self.voices, page);
        }
    }
}

/// Warns that a vote cannot be carried as things stand: who it is about is counted among all
/// and does not vote.
pub(crate) fn warn_if_stuck(needed: usize, voices: usize, page: &mut Page) {
    if needed <= voices {
        return;
    }
    let voters = words::few_could_vote(voices, Lang::Fr);
    let voters_en = words::few_could_vote(voices, Lang::En);
    let approvals = words::count(needed, ("accord", ""), Lang::Fr);
    let approvals_en = words::count(needed, ("", "approval"), Lang::En);
    page.alarm(&Text::new(
        format!(
            "Ce vote ne peut pas aboutir pour l'instant : il faudrait {approvals} et {voters}. \
             Celui que le vote vise, et qui n'a plus d'appareil actif, sont comptés sans voter."
        ),
        format!(
            "This vote cannot be carried as things stand: {approvals_en} would be needed and \
             {voters_en}. The one it is about, and those without an active device, are counted \
             and do not vote."
        ),
    ));
    page.say(&Text::of(
        "Il le pourra avec plus de garants, ou une autre règle (« liaison propose … rule »).",
        "More guarantors, or another rule (“liaison propose … rule”), would change that.",
    ));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::question::{drawn, drawn_by};

    fn vote(measure: &str, subject: &str, state: &str) -> Proposal {
        Proposal {
            proposal: "3fa94b12".repeat(8),
            measure: measure.to_owned(),
            subject: subject.to_owned(),
            name: "Les Hirondelles".to_owned(),
            role: (measure == "role").then(|| "member".to_owned()),
            partner: None,
            words: Vec::new(),
            approvals: 1,
            approved_by: Vec::new(),
            needed: 3,
            voices: 2,
            state: state.to_owned(),
        }
    }

    #[test]
    fn people_read_no_code() {
        let votes = vec![
            vote("role", "Les Hirondelles → member", "open"),
            vote("rule", "two-thirds", "open"),
            vote("rule", "majority / two-thirds / two-thirds / at-least-4", "open"),
            vote("close", "erase", "open"),
        ];
        let french = drawn(&Proposals(votes), Lang::Fr);
        assert!(french.contains("Les Hirondelles → membre\n"), "{french}");
        assert!(french.contains("deux tiers") && french.contains("au moins 4"), "{french}");
        for code in ["member", "two-thirds", "majority", "erase", "open", "at-least"] {
            assert!(!french.contains(code), "{code}: {french}");
        }
    }

    #[test]
    fn a_vote_that_cannot_be_carried_says_how_many_voices_it_lacks() {
        let french = drawn(&Proposals(vec![vote("remove", "A", "open")]), Lang::Fr);
        assert!(
            french.contains("il faudrait 3 accords et 2 garants seulement pourraient"),
            "{french}"
        );
        let over = drawn(&Proposals(vec![vote("remove", "A", "adopted")]), Lang::Fr);
        assert!(!over.contains("ne peut pas aboutir"), "{over}");
        assert_eq!(drawn_by(Lang::En, |page| warn_if_stuck(2, 2, page)), "");
    }

    #[test]
    fn what_is_over_is_told_from_what_is_open() {
        let open = |state| vote("remove", "A", state).is_open();
        assert!(open("request") && open("open"));
        assert!(!open("adopted") && !open("expired") && !open("void"));
    }
}
