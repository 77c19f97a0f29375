//! `device revoke`: what it leads to is said before, because it is never taken back.
//!
//! The organisation's voice stays where it was made: revoking that machine, or the last one,
//! silences the organisation. Nothing here decides; the register does.

use crate::args::DeviceRevoke;
use crate::commands::space::{bad_name, spaces};
use crate::commands::with_session;
use crate::delivery::Delivery;
use crate::driver::Access;
use crate::home::Home;
use crate::prompt::{self, Unasked};
use crate::question::{Answer, Question};
use crate::{failures, resolve, words};
use client_core::replica::{Command, DeviceView, MemberView, Reply};
use console::{Exit, Failure, Out, Page, Text};
use protocol::id::{DeviceId, SpaceId};
use protocol::register::{Cause, DeviceRole, Role, Rule};
use serde::{Deserialize, Serialize};

/// Says what follows, asks for confirmation, revokes.
///
/// # Errors
/// What the replica says, or that nobody confirmed.
pub(crate) fn run(args: DeviceRevoke, home: &Home, out: &mut Out) -> Result<Exit, Failure> {
    let DeviceRevoke { space, device, cause, yes } = args;
    let quiet = out.json();
    let revoked = with_session(home, out, async |session, out| {
        if !quiet {
            let (space, device, cause) = (space.clone(), device.clone(), cause.clone());
            let shown = session.ask(Revoke { space, device, cause, show: true }).await?;
            let follows = shown.follows.ok_or_else(|| failures::wrong_reply(Revoke::PATH))?;
            prompt::show(out, |page| follows.draw_in(page))?;
            let unasked = if follows.is_grave() { Unasked::NeedsYes } else { Unasked::Goes };
            if !yes {
                prompt::confirm(out, &Text::of("Révoquer ?", "Revoke?"), unasked)?;
            }
        }
        session.ask(Revoke { space, device, cause, show: false }).await
    })?;
    prompt::conclude(out, &revoked)?;
    Ok(revoked.exit())
}

/// Asks to revoke a machine, or what that would lead to.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Revoke {
    space: String,
    device: String,
    cause: String,
    /// Only say what follows.
    #[serde(default)]
    show: bool,
}

/// The machine revoked.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Revoked {
    device: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    follows: Option<Follows>,
    state: String,
    #[serde(flatten)]
    delivery: Delivery,
}

/// What a revocation leads to.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Follows {
    device: String,
    label: String,
    /// It is the machine one sits at.
    own: bool,
    /// No other machine of the organisation may write.
    last: bool,
    /// The organisation is a guarantor.
    votes: bool,
    guarantors: usize,
    /// Guarantors that could vote afterwards.
    able: usize,
    decisions: usize,
    removal: usize,
    rule: usize,
}

impl Revoke {
    /// Asks what revoking a machine would lead to.
    pub(crate) fn show(space: &SpaceId, device: &DeviceId) -> Self {
        Self { show: true, ..Self::of(space, device, Cause::Lost.name()) }
    }

    /// Asks to revoke a machine.
    pub(crate) fn of(space: &SpaceId, device: &DeviceId, cause: &str) -> Self {
        let (space, device) = (space.to_string(), device.to_string());
        Self { space, device, cause: cause.to_owned(), show: false }
    }
}

impl Revoked {
    /// Returns what would follow, in sentences.
    pub(crate) fn follows(&self) -> Vec<Text> {
        let follows = self.follows.as_ref();
        follows.map_or_else(Vec::new, |one| {
            [Some(one.sentence()), one.warning()].into_iter().flatten().collect()
        })
    }

    /// Tells whether the relay has heard of it.
    pub(crate) fn is_sent(&self) -> bool {
        self.delivery.sent
    }
}

impl Question for Revoke {
    const PATH: &'static str = "device/revoke";
    type Answer = Revoked;

    async fn answer(self, replica: &Access) -> Result<Revoked, Failure> {
        let space = resolve::space(replica, &self.space).await?;
        let device = resolve::own_device(replica, space, &self.device).await?;
        if self.show {
            let follows = Some(Follows::of(replica, space, device).await?);
            let delivery = Delivery::nothing();
            return Ok(Revoked {
                device: device.to_string(),
                follows,
                state: String::new(),
                delivery,
            });
        }
        let cause = Cause::from_name(&self.cause).ok_or_else(|| bad_name(&self.cause))?;
        let revoke = Command::DeviceRevoke { space, device, cause };
        let (reply, delivery) = Delivery::of(replica.command(revoke).await?);
        let Reply::DeviceRevoked(device) = reply else {
            return Err(failures::wrong_reply(Self::PATH));
        };
        let state = if delivery.sent { "revoked" } else { "unsent" };
        let device = device.to_string();
        Ok(Revoked { device, follows: None, state: state.to_owned(), delivery })
    }
}

impl Follows {
    async fn of(replica: &Access, space: SpaceId, device: DeviceId) -> Result<Self, Failure> {
        let members = resolve::members(replica, space).await?;
        let spaces = spaces(replica).await?;
        let rule = spaces.into_iter().find(|view| view.space == space).and_then(|view| view.rule);
        let label = replica.overview().await?.label;
        let mut follows = Self::reckoned(&members, rule.unwrap_or(Rule::USUAL), device);
        if follows.own && follows.label.is_empty() {
            follows.label = label;
        }
        Ok(follows)
    }

    fn reckoned(members: &[MemberView], rule: Rule, device: DeviceId) -> Self {
        let writes =
            |one: &&DeviceView| one.state != "revoked" && one.role == DeviceRole::Editor.name();
        let ours = members.iter().find(|member| member.own);
        let devices = ours.map(|member| member.devices.as_slice()).unwrap_or_default();
        let it = devices.iter().find(|one| one.device == device);
        let own = it.is_some_and(|one| one.own);
        let others = devices.iter().filter(writes).filter(|one| one.device != device).count();
        let last = it.is_some_and(|one| writes(&one)) && others == 0;
        let guarantor =
            |member: &&MemberView| member.state == "active" && member.role == Role::Guarantor;
        let guarantors: Vec<&MemberView> = members.iter().filter(guarantor).collect();
        let silenced = |member: &MemberView| member.own && (own || last);
        let speaks =
            |member: &&&MemberView| !silenced(member) && member.devices.iter().any(|d| writes(&d));
        let count = guarantors.len();
        Self {
            device: device.to_string(),
            label: it.map(|one| one.label.clone()).unwrap_or_default(),
            own,
            last,
            votes: ours.as_ref().is_some_and(guarantor),
            guarantors: count,
            able: guarantors.iter().filter(speaks).count(),
            decisions: rule.governance.needed(count),
            removal: rule.expulsion.needed(count),
            rule: rule.change.needed(count),
        }
    }

    /// Tells whether it silences the organisation, or this machine.
    fn is_grave(&self) -> bool {
        self.own || self.last
    }

    /// Says what is about to be done.
    fn sentence(&self) -> Text {
        let device = words::short(&self.device);
        let label =
            if self.label.is_empty() { String::new() } else { format!(" ({})", self.label) };
        Text::new(
            format!("Vous allez révoquer l'appareil {device}{label} : cela ne se reprend pas."),
            format!("You are about to revoke device {device}{label}: this is never taken back."),
        )
    }

    /// Says whom it silences, if anybody.
    fn warning(&self) -> Option<Text> {
        if self.last {
            return Some(Text::of(
                "C'est le dernier appareil de votre organisation qui puisse écrire ici. Plus \
                 personne ne pourra écrire ni voter en son nom, ni lui ajouter un appareil : pour \
                 y revenir, les autres garants devront la retirer puis l'admettre de nouveau.",
                "It is the last device of your organisation that may write here. Nobody will be \
                 able to write or vote for it any more, or to add a device: to come back, the \
                 other guarantors must remove it and admit it again.",
            ));
        }
        self.own.then(|| {
            Text::of(
                "C'est la machine où vous êtes, celle qui parle au nom de votre organisation. \
                 Ses autres appareils pourront encore écrire, mais plus personne ne pourra voter \
                 en son nom ni changer ses appareils.",
                "It is the machine you sit at, the one that speaks for your organisation. Its \
                 other devices will still write, but nobody will be able to vote for it or to \
                 change its devices any more.",
            )
        })
    }

    fn draw_in(&self, page: &mut Page) {
        page.say(&self.sentence());
        if let Some(warning) = self.warning() {
            page.alarm(&warning);
        }
        if self.is_grave() && self.votes {
            self.draw_votes(page);
        }
        page.gap();
    }

    /// Says which votes could still pass afterwards.
    fn draw_votes(&self, page: &mut Page) {
        let Self { guarantors, able, .. } = self;
        let voting = match able {
            0 => "aucun ne pourrait".to_owned(),
            1 => "1 pourrait".to_owned(),
            several => format!("{several} pourraient"),
        };
        page.say(&Text::new(
            match guarantors {
                1 => "Le seul garant compté ne pourrait plus voter :".to_owned(),
                several => format!("Des {several} garants comptés, {voting} encore voter :"),
            },
            format!("Of the guarantors counted ({guarantors}), {able} could still vote:"),
        ));
        // The one to be removed does not vote; one that is silent already costs no voice.
        let others = if able == guarantors { able.saturating_sub(1) } else { *able };
        let lang = page.lang();
        let line = |needed: usize, voices: usize| {
            let count = words::count(needed, ("accord", "approval"), lang);
            let text = if needed <= voices {
                Text::new(
                    format!("possible (il faut {count})"),
                    format!("possible ({count} needed)"),
                )
            } else {
                Text::new(
                    format!("plus possible (il faut {count})"),
                    format!("no longer possible ({count} needed)"),
                )
            };
            text.in_lang(lang).to_owned()
        };
        page.pairs(&[
            (Text::of("admettre", "admit"), line(self.decisions, *able)),
            (Text::of("retirer un garant", "remove a guarantor"), line(self.removal, others)),
            (Text::of("changer de règle", "change the rule"), line(self.rule, *able)),
        ]);
    }
}

impl Answer for Revoked {
    fn draw(&self, page: &mut Page) {
        let device = words::short(&self.device);
        if !self.delivery.sent {
            page.alarm(&Text::new(
                format!(
                    "L'appareil {device} n'est pas encore révoqué : le relais doit l'apprendre."
                ),
                format!("Device {device} is not revoked yet: the relay must hear of it."),
            ));
            return self.delivery.draw_in(page);
        }
        page.good(&Text::new(
            format!("L'appareil {device} est révoqué : rien de ce qu'il enverrait n'est accepté."),
            format!("Device {device} is revoked: nothing it would send is accepted."),
        ));
        page.say(&Text::of(
            "Ce qu'il avait déjà reçu y reste lisible ; ce qui sera écrit désormais ne le sera \
             pas.",
            "What it had received stays readable on it; what is written from now on will not be.",
        ));
    }

    fn exit(&self) -> Exit {
        self.delivery.exit()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::question::drawn_by;
    use console::Lang;
    use protocol::id::PartnerId;

    fn device(number: u8, state: &'static str, own: bool) -> DeviceView {
        DeviceView {
            device: DeviceId::new([number; 32]),
            label: format!("poste {number}"),
            role: "editor",
            state,
            until: None,
            own,
        }
    }

    fn member(number: u8, devices: Vec<DeviceView>) -> MemberView {
        MemberView {
            partner: PartnerId::new([number; 16]),
            name: format!("Maison {number}"),
            role: Role::Guarantor,
            state: "active",
            own: number == 1,
            devices,
        }
    }

    #[test]
    fn the_last_machine_is_told_what_it_costs() {
        let members = [
            member(1, vec![device(1, "active", true), device(2, "revoked", false)]),
            member(2, vec![device(3, "active", false)]),
            member(3, vec![device(4, "active", false)]),
        ];
        let follows = Follows::reckoned(&members, Rule::USUAL, DeviceId::new([1; 32]));
        assert!(follows.last && follows.own && follows.is_grave());
        assert_eq!((follows.guarantors, follows.able), (3, 2));
        let one = Follows { able: 1, ..Follows::reckoned(&members, Rule::USUAL, follows_id()) };
        let french = drawn_by(Lang::Fr, |page| one.draw_votes(page));
        assert!(french.contains("comptés, 1 pourrait encore voter"), "{french}");
        let french = drawn_by(Lang::Fr, |page| follows.draw_in(page));
        assert!(french.contains("dernier appareil"), "{french}");
        assert!(french.contains("Des 3 garants comptés, 2 pourraient"), "{french}");
        assert!(french.contains("plus possible (il faut 3 accords)"), "{french}");
        let english = drawn_by(Lang::En, |page| follows.draw_in(page));
        assert!(english.contains("last device of your organisation"), "{english}");
    }

    fn follows_id() -> DeviceId {
        DeviceId::new([1; 32])
    }

    #[test]
    fn another_machine_goes_without_alarm() {
        let members = [
            member(1, vec![device(1, "active", true), device(2, "active", false)]),
            member(2, vec![device(3, "active", false)]),
        ];
        let follows = Follows::reckoned(&members, Rule::USUAL, DeviceId::new([2; 32]));
        assert!(!follows.is_grave(), "{follows:?}");
        let own = Follows::reckoned(&members, Rule::USUAL, DeviceId::new([1; 32]));
        assert!(own.own && !own.last && own.is_grave(), "the voice goes with it");
        assert_eq!(own.able, 1);
    }
}
