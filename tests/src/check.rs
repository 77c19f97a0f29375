//! The oracles: what must hold of a world that was healed and came to rest.
//!
//! Each is one module and one word of the issue: converge, durable, secret, authorised, bounded
//! (with quiet, which stands where a story ends). They read disks and answers, and trust no
//! machine's word about another.

use crate::story::Story;

mod authorised; // nothing enacted without its quorum
mod converge; // the same register, documents and views everywhere
mod durable; // nothing acknowledged is lost
mod secret; // nothing readable outside, nothing new for who left

pub use authorised::authorised;

/// Judges a story at rest.
///
/// # Errors
/// Names the oracle that failed, and what it saw.
pub fn judge(story: &mut Story) -> Result<(), String> {
    let named = |name: &'static str| move |what: String| format!("{name}: {what}");
    converge::judge(story).map_err(named("converge"))?;
    durable::judge(story).map_err(named("durable"))?;
    secret::judge(story).map_err(named("secret"))?;
    authorised::judge(story).map_err(named("authorised"))?;
    relay_is_whole(story).map_err(named("bounded"))?;
    match story.world.watch.accusations.as_slice() {
        [] => Ok(()),
        [first, ..] => Err(first.clone()),
    }
}

/// The relay's own long walk over its records must find nothing wrong.
fn relay_is_whole(story: &Story) -> Result<(), String> {
    let verified = protocol::relay::verify(&story.world.relays[0].disk, &story.space);
    if verified.is_whole() {
        Ok(())
    } else {
        Err(format!("the relay's records: {:?}", verified.damages))
    }
}
