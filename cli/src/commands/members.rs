//! `members`: the organisations of a space and their machines.

use crate::args::InSpace;
use crate::driver::Access;
use crate::question::{Answer, Question};
use crate::{resolve, words};
use client_core::replica::{DeviceView, MemberView};
use console::{Failure, Lang, Page, Text, readable};
use serde::{Deserialize, Serialize};

/// Asks for the members of a space.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Members {
    space: String,
}

/// The members.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Roster(Vec<Member>);

/// One organisation.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Member {
    partner: String,
    name: String,
    role: String,
    state: String,
    own: bool,
    devices: Vec<Device>,
}

/// One machine of an organisation.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Device {
    device: String,
    label: String,
    role: String,
    state: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until_ms: Option<i64>,
    own: bool,
}

impl From<InSpace> for Members {
    fn from(args: InSpace) -> Self {
        Self { space: args.space }
    }
}

impl From<MemberView> for Member {
    fn from(view: MemberView) -> Self {
        Self {
            partner: view.partner.to_string(),
            name: view.name,
            role: view.role.name().to_owned(),
            state: view.state.to_owned(),
            own: view.own,
            devices: view.devices.into_iter().map(Device::from).collect(),
        }
    }
}

impl From<DeviceView> for Device {
    fn from(view: DeviceView) -> Self {
        Self {
            device: view.device.to_string(),
            label: view.label,
            role: view.role.to_owned(),
            state: view.state.to_owned(),
            until: view.until.map(|until| readable::iso_time(words::signed_ms(until))),
            until_ms: view.until.map(words::signed_ms),
            own: view.own,
        }
    }
}

impl Question for Members {
    const PATH: &'static str = "members";
    type Answer = Roster;

    async fn answer(self, replica: &Access) -> Result<Roster, Failure> {
        let space = resolve::space(replica, &self.space).await?;
        let members = named(resolve::members(replica, space).await?, replica).await?;
        Ok(Roster(members.into_iter().map(Member::from).collect()))
    }
}

/// Names this machine by what it was called here, where the directory does not.
///
/// # Errors
/// Why the replica stopped.
pub(crate) async fn named(
    mut members: Vec<MemberView>,
    replica: &Access,
) -> Result<Vec<MemberView>, Failure> {
    let devices = members.iter_mut().flat_map(|member| &mut member.devices);
    if let Some(own) = devices.into_iter().find(|device| device.own && device.label.is_empty()) {
        own.label = replica.overview().await?.label;
    }
    Ok(members)
}

impl Answer for Roster {
    fn draw(&self, page: &mut Page) {
        let lang = page.lang();
        for (place, member) in self.0.iter().enumerate() {
            if place > 0 {
                page.gap();
            }
            let own = if member.own { Text::of(" (vous)", " (you)") } else { Text::same("") };
            let unknown = Text::of("(nom pas encore connu ici)", "(name not known here yet)");
            let unknown = unknown.in_lang(lang);
            let name = if member.name.is_empty() { unknown } else { &member.name };
            let role = words::role(&member.role, lang);
            page.title(&Text::same(format!("{name}{} — {role}", own.in_lang(lang))));
            page.pairs(&[
                (Text::of("organisation", "organisation"), member.partner.clone()),
                (Text::of("état", "state"), words::state(&member.state, lang)),
            ]);
            member.draw_devices_in(page);
        }
    }
}

impl Member {
    /// Draws its machines, and says what it means to have none left.
    fn draw_devices_in(&self, page: &mut Page) {
        let present = self.state == "active";
        draw_devices(page, &self.devices, present);
        let writes = |device: &Device| device.state != "revoked" && device.role == "editor";
        if present && !self.devices.iter().any(writes) && self.role != "observer" {
            page.alarm(&Text::of(
                "Cette organisation n'a plus d'appareil qui écrive : elle est comptée dans les \
                 votes et ne peut pas y prendre part.",
                "This organisation has no device left that writes: it is counted in votes and \
                 cannot take part in them.",
            ));
        }
    }
}

/// Draws the table of some machines of an organisation that is present, or no longer.
pub(crate) fn draw_devices(page: &mut Page, devices: &[Device], present: bool) {
    let lang = page.lang();
    if devices.is_empty() {
        return page.say(&Text::of("Aucun appareil.", "No device."));
    }
    let headers = [
        Text::of("appareil", "device"),
        Text::of("nom", "label"),
        Text::of("peut", "may"),
        Text::of("état", "state"),
    ];
    let rows: Vec<_> = devices.iter().map(|device| device.row(present, lang)).collect();
    page.table(&headers, &rows);
}

impl Device {
    fn row(&self, present: bool, lang: Lang) -> Vec<String> {
        // A right that is gone is not shown as one.
        let may = present && self.state != "revoked";
        let own = if self.own { Text::of(" (celui-ci)", " (this one)") } else { Text::same("") };
        // A machine that only reads cannot write its own line of the directory.
        let unnamed = Text::of("(sans nom)", "(unnamed)");
        let label = if self.label.is_empty() { unnamed.in_lang(lang) } else { &self.label };
        vec![
            words::short(&self.device),
            format!("{label}{}", own.in_lang(lang)),
            if may { words::device_role(&self.role, lang) } else { "—".to_owned() },
            words::state_until(&self.state, self.until_ms, lang),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::question::drawn;

    fn member(states: &[&str]) -> Member {
        let device = |state: &&str| Device {
            device: "3fa94b12".repeat(8),
            label: "poste".to_owned(),
            role: "editor".to_owned(),
            state: (*state).to_owned(),
            until: None,
            until_ms: None,
            own: false,
        };
        Member {
            partner: "12".repeat(16),
            name: "Les Hirondelles".to_owned(),
            role: "guarantor".to_owned(),
            state: "active".to_owned(),
            own: false,
            devices: states.iter().map(device).collect(),
        }
    }

    #[test]
    fn a_revoked_device_may_nothing_any_more() {
        let french = drawn(&Roster(vec![member(&["revoked"])]), Lang::Fr);
        assert!(french.contains("révoqué") && !french.contains("écrit et lit"), "{french}");
        let mut gone = member(&["active"]);
        gone.state = "left".to_owned();
        let french = drawn(&Roster(vec![gone]), Lang::Fr);
        assert!(!french.contains("écrit et lit"), "{french}");
    }

    #[test]
    fn an_organisation_without_a_device_is_told_with_what_it_means() {
        for states in [&["revoked"][..], &[]] {
            let french = drawn(&Roster(vec![member(states)]), Lang::Fr);
            assert!(french.contains("n'a plus d'appareil qui écrive"), "{french}");
        }
        let french = drawn(&Roster(vec![member(&[])]), Lang::Fr);
        assert!(french.contains("Aucun appareil."), "{french}");
        let french = drawn(&Roster(vec![member(&["active"])]), Lang::Fr);
        assert!(french.contains("écrit et lit") && !french.contains("n'a plus"), "{french}");
    }
}
