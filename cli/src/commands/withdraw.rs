//! `withdraw`: takes this organisation's approval back, as long as nothing is adopted.

use crate::args::Vote;
use crate::commands::approve::VoteState;
use crate::driver::Access;
use crate::question::{Answer, Question};
use crate::{resolve, words};
use client_core::replica::Command;
use console::{Exit, Failure, Page, Text};
use serde::{Deserialize, Serialize};

/// Asks to take an approval back.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Withdraw {
    space: String,
    proposal: String,
}

/// How the vote stands without it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Withdrawn(VoteState);

impl From<Vote> for Withdraw {
    fn from(args: Vote) -> Self {
        Self { space: args.space, proposal: args.proposal }
    }
}

impl Question for Withdraw {
    const PATH: &'static str = "withdraw";
    type Answer = Withdrawn;

    async fn answer(self, replica: &Access) -> Result<Withdrawn, Failure> {
        let space = resolve::space(replica, &self.space).await?;
        let view = resolve::proposal(replica, space, &self.proposal).await?;
        if view.state == "open" && !view.approved_by_us {
            return Err(Failure::refused(
                "no-approval",
                Text::of(
                    "votre organisation n'a pas donné d'accord à ce vote",
                    "your organisation has not approved this vote",
                ),
            ));
        }
        let proposal = view.proposal;
        let withdraw = Command::Withdraw { space, proposal };
        Ok(Withdrawn(VoteState::of(replica.command(withdraw).await?, Self::PATH)?))
    }
}

impl Answer for Withdrawn {
    fn draw(&self, page: &mut Page) {
        let VoteState { approvals, needed, ref delivery, .. } = self.0;
        if delivery.sent {
            page.good(&Text::of(
                "L'accord de votre organisation est repris.",
                "Your organisation's approval is taken back.",
            ));
        } else {
            // It may have arrived unseen, and counts until the relay hears that it does not.
            page.say(&Text::of(
                "L'accord de votre organisation sera repris dès que le relais sera joint.",
                "Your organisation's approval will be taken back as soon as the relay is reached.",
            ));
        }
        // Nothing is said of the others: what never left this machine they will never see.
        let count = words::count(approvals, ("accord", "approval"), page.lang());
        page.say(&Text::new(
            format!("{count} sur {needed} à réunir."),
            format!("{count} of {needed} needed."),
        ));
        delivery.draw_in(page);
    }

    fn exit(&self) -> Exit {
        self.0.delivery.exit()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::question::drawn_by;
    use client_core::replica::{LinkState, Reply, VoteReport};
    use console::Lang;
    use protocol::id::ProposalId;

    #[test]
    fn what_the_relay_has_not_heard_is_not_said_to_be_done() {
        let proposal = ProposalId::new([3; 32]);
        let report = VoteReport { proposal, approvals: 0, needed: 2, able: 3, adopted: false };
        let reply = Box::new(Reply::Vote(report.clone()));
        let unsent = Reply::Unsent { reply, link: LinkState::Unreachable, refusal: None };
        for (reply, done) in [(Reply::Vote(report), true), (unsent, false)] {
            let withdrawn = VoteState::of(reply, Withdraw::PATH).map(Withdrawn);
            let withdrawn = withdrawn.unwrap_or_else(|_| panic!("a vote"));
            let french = drawn_by(Lang::Fr, |page| withdrawn.draw(page));
            assert_eq!(french.contains("est repris"), done, "{french}");
            assert_eq!(french.contains("sera repris dès que"), !done, "{french}");
            assert!(!french.contains("le verront"), "{french}");
        }
    }
}
