//! The handshake of a link, both ends face to face.
//!
//! The replica says hello, the relay proves its key first, then the replica proves its own.
//! Both sign one transcript that binds version, space, both keys, both nonces and the
//! transport underneath. Each state is consumed by the step that leaves it. A replica that
//! meets another relay key than it expects signs nothing.

use rand_core::CryptoRng;

use crate::crypto::{self, Hash, Hasher, Label, Signature, SigningSecret};
use crate::env::ChannelBinding;
use crate::id::{RelayId, SpaceId};
use crate::refusal::Refusal;
use crate::wire::{self, Challenge, Hello};

#[cfg(test)]
mod tests;

/// What both ends sign.
struct Transcript<'a> {
    version: u64,
    space: &'a SpaceId,
    relay: &'a RelayId,
    key: &'a [u8; 32],
    replica_nonce: &'a [u8; 32],
    relay_nonce: &'a [u8; 32],
    binding: &'a ChannelBinding,
}

impl Transcript<'_> {
    /// Hashes every part after its length, so that no two transcripts share their bytes.
    fn hash(&self) -> Hash {
        let (kind, exported): (u8, &[u8]) = match self.binding {
            ChannelBinding::None => (0, &[]),
            ChannelBinding::TlsExporter(value) => (1, value),
        };
        let parts: [&[u8]; 8] = [
            &self.version.to_be_bytes(),
            self.space.bytes(),
            self.relay.bytes(),
            self.key,
            self.replica_nonce,
            self.relay_nonce,
            &[kind],
            exported,
        ];
        let mut hasher = Hasher::new();
        hasher.update(Label::Transcript.bytes());
        for part in parts {
            hasher.update(&(part.len() as u64).to_be_bytes());
            hasher.update(part);
        }
        hasher.finish()
    }
}

/// The replica's end, once its hello is sent.
pub struct Dialled {
    hello: Hello,
    expected: Option<RelayId>,
    binding: ChannelBinding,
}

impl Dialled {
    /// Starts a handshake and returns the hello to send.
    ///
    /// `expected` is the relay that register or invitation names; none only by whoever comes
    /// to found, for whom the relay it meets becomes the one it names. `binding_required` is what
    /// the register's terms ask for; it is looked at before anything is sent.
    ///
    /// # Errors
    /// `BindingRequired` over a transport that binds nothing.
    pub fn new(
        space: SpaceId,
        key: [u8; 32],
        expected: Option<RelayId>,
        (binding, binding_required): (ChannelBinding, bool),
        rng: &mut dyn CryptoRng,
    ) -> Result<(Self, Hello), Refusal> {
        if binding_required && binding == ChannelBinding::None {
            return Err(Refusal::BindingRequired);
        }
        let mut nonce = [0; 32];
        rng.fill_bytes(&mut nonce);
        let hello = Hello { versions: vec![wire::VERSION], space, key, nonce };
        Ok((Self { hello: hello.clone(), expected, binding }, hello))
    }

    /// Checks the relay's challenge and returns the signature to prove oneself with.
    ///
    /// # Errors
    /// `WrongRelay`, `VersionMismatch` or `BadSignature`: hang up without a word more.
    pub fn answer(
        self,
        challenge: &Challenge,
        secret: &SigningSecret,
    ) -> Result<Signature, Refusal> {
        if self.expected.is_some_and(|expected| expected != challenge.relay) {
            return Err(Refusal::WrongRelay);
        }
        if !self.hello.versions.contains(&challenge.version) {
            return Err(Refusal::VersionMismatch);
        }
        let transcript = Transcript {
            version: challenge.version,
            space: &self.hello.space,
            relay: &challenge.relay,
            key: &self.hello.key,
            replica_nonce: &self.hello.nonce,
            relay_nonce: &challenge.nonce,
            binding: &self.binding,
        }
        .hash();
        let (space, relay) = (&self.hello.space, challenge.relay.bytes());
        crypto::verify(relay, Label::HelloRelay, space, &transcript, &challenge.signature)
            .map_err(|_| Refusal::BadSignature)?;
        Ok(crypto::sign(secret, Label::HelloDevice, space, &transcript))
    }
}

/// The relay's end, once its challenge is sent.
pub struct Challenged {
    space: SpaceId,
    key: [u8; 32],
    transcript: Hash,
}

impl Challenged {
    /// Answers a hello and returns the challenge to send.
    ///
    /// # Errors
    /// `VersionMismatch`, or `BindingRequired` where the terms of the space ask for it.
    pub fn new(
        hello: &Hello,
        relay: &SigningSecret,
        (binding, binding_required): (ChannelBinding, bool),
        rng: &mut dyn CryptoRng,
    ) -> Result<(Self, Challenge), Refusal> {
        if !hello.versions.contains(&wire::VERSION) {
            return Err(Refusal::VersionMismatch);
        }
        if binding_required && binding == ChannelBinding::None {
            return Err(Refusal::BindingRequired);
        }
        let mut nonce = [0; 32];
        rng.fill_bytes(&mut nonce);
        let relay_id = RelayId::new(relay.public());
        let transcript = Transcript {
            version: wire::VERSION,
            space: &hello.space,
            relay: &relay_id,
            key: &hello.key,
            replica_nonce: &hello.nonce,
            relay_nonce: &nonce,
            binding: &binding,
        }
        .hash();
        let signature = crypto::sign(relay, Label::HelloRelay, &hello.space, &transcript);
        let challenge = Challenge { version: wire::VERSION, relay: relay_id, nonce, signature };
        Ok((Self { space: hello.space, key: hello.key, transcript }, challenge))
    }

    /// Checks the replica's signature and returns the space and the key that is proven.
    ///
    /// # Errors
    /// `BadSignature`: wrong key, a replayed signature, or another transport at the other end.
    pub fn prove(self, signature: &Signature) -> Result<(SpaceId, [u8; 32]), Refusal> {
        crypto::verify(&self.key, Label::HelloDevice, &self.space, &self.transcript, signature)
            .map_err(|_| Refusal::BadSignature)?;
        Ok((self.space, self.key))
    }
}
