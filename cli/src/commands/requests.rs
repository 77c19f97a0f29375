//! `requests`: who asks to join, and what is being voted on.

use crate::args::InSpace;
use crate::driver::Access;
use crate::question::{Answer, Question};
use crate::{failures, resolve, words};
use client_core::replica::{Command, ProposalView, Reply};
use console::{Failure, Page, Text};
use serde::{Deserialize, Serialize};

/// Asks for the join requests and votes of a space.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Requests {
    space: String,
}

/// The requests and votes.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Proposals(Vec<Proposal>);

/// One join request or vote.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Proposal {
    pub(crate) proposal: String,
    #[serde(rename = "type")]
    pub(crate) measure: String,
    pub(crate) subject: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) role: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) partner: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) words: Vec<String>,
    pub(crate) approvals: usize,
    pub(crate) approved_by: Vec<String>,
    pub(crate) needed: usize,
    pub(crate) state: String,
}

impl From<InSpace> for Requests {
    fn from(args: InSpace) -> Self {
        Self { space: args.space }
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
            role: view.role.map(|role| role.name().to_owned()),
            partner,
            words,
            approvals: view.approvals.len(),
            approved_by: view.approvals.iter().map(ToString::to_string).collect(),
            needed: view.needed,
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
        Ok(Proposals(views.into_iter().map(Proposal::from).collect()))
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
    /// Draws what is asked, with the eight words of a newcomer.
    pub(crate) fn draw_in(&self, page: &mut Page) {
        let lang = page.lang();
        let measure = words::measure(&self.measure, lang);
        page.title(&Text::new(
            format!("{measure} : {}", self.subject),
            format!("{measure}: {}", self.subject),
        ));
        let mut pairs = vec![(Text::of("demande", "request"), self.proposal.clone())];
        if let Some(role) = &self.role {
            pairs.push((Text::of("rôle", "role"), words::role(role, lang)));
        }
        let count = Text::new(
            format!("{} sur {} nécessaires", self.approvals, self.needed),
            format!("{} of {} needed", self.approvals, self.needed),
        );
        pairs.push((Text::of("accords", "approvals"), count.in_lang(lang).to_owned()));
        pairs.push((Text::of("état", "state"), words::state(&self.state, lang)));
        if !self.words.is_empty() {
            pairs.push((Text::of("huit mots", "eight words"), self.words.join(" ")));
        }
        page.pairs(&pairs);
    }
}
