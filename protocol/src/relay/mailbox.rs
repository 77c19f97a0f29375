//! What waits for a decision: invitations, and the requests of those who knock.

use super::append::put;
use super::space::{Invited, Requested, Space};
use super::{Relay, records};
use crate::codec;
use crate::crypto::Hash;
use crate::env::{Env, LinkId, Timestamp};
use crate::id::SpaceId;
use crate::invitation::{JoinRequest, invitation_tag};
use crate::limits;
use crate::refusal::Refusal;
use crate::wire::{Standing, Subject};

impl Relay {
    /// Remembers an invitation by its tag.
    pub(super) fn put_invitation(&mut self, env: &Env<'_>, id: LinkId, tag: Hash) {
        if let Err(refusal) = self.try_put_invitation(env, id, tag) {
            self.refuse(id, Subject::Invitation, refusal, 0);
        }
    }

    fn try_put_invitation(&mut self, env: &Env<'_>, id: LinkId, tag: Hash) -> Result<(), Refusal> {
        let (standing, space_id) = self.standing(id).ok_or(Refusal::NotYet)?;
        let partner = self.partner(id);
        let (Standing::Member, Some(partner)) = (standing, partner) else {
            return Err(Refusal::NotAMember);
        };
        let (own, policy) = (self.id(), self.policy.clone());
        let space = self.spaces.get_mut(&space_id).ok_or(Refusal::UnknownSpace)?;
        space.may_grow(&own)?.roster().is_going()?;
        if !space.allow(Some(partner), env.now, &policy) {
            return Err(Refusal::Busy);
        }
        let mut writes = space.tidy(space.stamp(env.wall));
        let made = space.invitations.values().filter(|one| one.partner == partner).count();
        let full = made >= limits::INVITATIONS_PER_PARTNER_MAX
            || space.invitations.len() >= limits::INVITATIONS_MAX;
        let verdict = match space.invitations.get(&tag) {
            Some(invited) if invited.partner == partner => Ok(()),
            Some(_) => Err(Refusal::BadInvitation),
            None if full => Err(Refusal::TooMany),
            None => {
                let expires = env.wall.after(limits::INVITATION_LIFE);
                let invited = Invited { partner, expires, used_by: None };
                let key = records::invitation(&space_id, &tag);
                writes.push(put(key, codec::to_bytes(&invited)));
                space.invitations.insert(tag, invited);
                Ok(())
            }
        };
        self.store(writes);
        verdict
    }

    /// Keeps the request of someone who knocks with an invitation, and seats it anew: an
    /// applicant may read the register.
    pub(super) fn knock(
        &mut self,
        env: &Env<'_>,
        id: LinkId,
        pass: &[u8; 16],
        request: JoinRequest,
    ) {
        match self.try_knock(env, id, pass, request) {
            Ok((space, key)) => {
                self.take_seat(env, id, space, key);
                self.pump_space(env, &space);
            }
            Err(refusal) => self.refuse(id, Subject::Knock, refusal, 0),
        }
    }

    fn try_knock(
        &mut self,
        env: &Env<'_>,
        id: LinkId,
        pass: &[u8; 16],
        request: JoinRequest,
    ) -> Result<(SpaceId, [u8; 32]), Refusal> {
        let (standing, space_id) = self.standing(id).ok_or(Refusal::NotYet)?;
        match standing {
            Standing::Stranger | Standing::Applicant => {}
            Standing::Member | Standing::Former | Standing::Operator => {
                return Err(Refusal::AlreadySo);
            }
            Standing::UnknownSpace => return Err(Refusal::UnknownSpace),
            Standing::Importing => return Err(Refusal::UnderRepair),
        }
        let key = self.seat(id).map(|seat| seat.key).ok_or(Refusal::NotYet)?;
        let (own, policy) = (self.id(), self.policy.clone());
        let space = self.spaces.get_mut(&space_id).ok_or(Refusal::UnknownSpace)?;
        space.may_grow(&own)?.roster().is_going()?;
        if !space.allow(None, env.now, &policy) {
            return Err(Refusal::Busy);
        }
        let time = space.stamp(env.wall);
        let tag = invitation_tag(pass);
        let invited = judge_knock(space, &tag, &key, &request, time)?;
        let proposal = request.id();
        request.verify(&space_id)?;
        let invited = Invited { used_by: Some(proposal), ..invited };
        let expires = time.after(limits::INVITATION_LIFE);
        let requested = Requested { request, expires };
        let writes = vec![
            put(records::invitation(&space_id, &tag), codec::to_bytes(&invited)),
            put(records::request(&space_id, &proposal), codec::to_bytes(&requested)),
        ];
        space.invitations.insert(tag, invited);
        space.requests.insert(proposal, requested);
        space.mailbox += 1;
        self.store(writes);
        Ok((space_id, key))
    }
}

/// Tells whether an invitation lets this request in: alive, of the sponsor it names, not yet
/// used by another request, and brought by one of the machines it would admit.
fn judge_knock(
    space: &Space,
    tag: &Hash,
    key: &[u8; 32],
    request: &JoinRequest,
    time: Timestamp,
) -> Result<Invited, Refusal> {
    let invited = space.invitations.get(tag).ok_or(Refusal::BadInvitation)?;
    let admission = &request.admission;
    let proposal = request.id();
    let register = space.register.as_ref().ok_or(Refusal::UnderRepair)?;
    let sponsor_here = register.roster().present(&admission.sponsor).is_some();
    if time >= invited.expires
        || admission.invitation != *tag
        || admission.sponsor != invited.partner
        || !sponsor_here
        || invited.used_by.is_some_and(|used_by| used_by != proposal)
    {
        return Err(Refusal::BadInvitation);
    }
    let mut machines = admission.card.devices.iter();
    if !machines.any(|card| card.device.bytes() == key) {
        return Err(Refusal::NotADevice);
    }
    let known = space.requests.contains_key(&proposal);
    if space.requests.len() >= limits::REQUESTS_MAX && !known {
        return Err(Refusal::TooMany);
    }
    Ok(*invited)
}
