//! What each command does: one file each, from parsed arguments to an answer.
//!
//! A command builds a question, has it answered here or by the daemon of its home, and shows the
//! answer. What needs a running replica goes through a `Session`; nothing here opens a store.

mod approve;
mod bundle;
mod dashboard;
pub(crate) mod demo;
pub(crate) mod device;
pub(crate) mod document;
pub(crate) mod freeze;
pub(crate) mod export;
pub(crate) mod import;
pub(crate) mod init;
mod invite;
pub(crate) mod join;
mod leave;
mod members;
pub(crate) mod partner;
mod propose;
mod quarantine;
pub(crate) mod reach;
mod requests;
mod serve;
pub(crate) mod space;
mod store;
pub(crate) mod sync;
mod tools;
mod verify;
mod withdraw;

use crate::args::{Command, Liaison, document::DocCommand};
use crate::home::Home;
use crate::question::{Answer as _, Question};
use crate::session::{self, Session};
use console::{Exit, Failure, Out};

/// Carries out a command.
///
/// # Errors
/// Why it did not do its work.
pub(crate) fn run(program: Liaison, out: &mut Out) -> Result<Exit, Failure> {
    // Looked for only by what needs it: a file is verified where no replica ever was.
    let home = || Home::of(program.home.clone());
    let lang = out.lang();
    match program.command {
        Command::Completions(args) => tools::completions(&args, out),
        Command::Man => tools::man(out),
        Command::Doc(DocCommand::Kinds { kind }) => document::kinds(kind.as_deref(), out),
        Command::Verify(args) if verify::is_file(&args) => verify::file(&args, out),
        Command::Verify(args) => {
            let space = args.target;
            ask(&home()?, out, verify::Verify { space, lang })
        }
        Command::Init(args) => init::run(args, &home()?, out),
        Command::Serve(args) => serve::run(&args, &home()?, out),
        Command::Open(args) => serve::open(&args, &home()?, out),
        Command::Store(args) => store::run(&args, &home()?, out),
        Command::Sync(args) if args.watch => sync::watch(&home()?, out),
        Command::Sync(args) => ask(&home()?, out, sync::Sync { space: args.space }),
        Command::Approve(args) => approve::run(args, &home()?, out),
        Command::Leave(args) => leave::run(args, &home()?, out),
        Command::Export(args) => export::run(&args, &home()?, out),
        Command::Bundle(args) => bundle::run(args, &home()?, out),
        Command::Quarantine(args) => quarantine::run(args, &home()?, out),
        Command::Space(args) => space::run(args, &home()?, out),
        Command::Partner(args) => partner::run(args, &home()?, out),
        Command::Demo(args) => demo::run(args, &home()?, out),
        Command::Device(args) => device::run(args, &home()?, out),
        Command::Freeze(args) => freeze::run(args, &home()?, out),
        Command::Amend(args) => freeze::amend(args, &home()?, out),
        Command::Sign(args) => freeze::sign(args, &home()?, out),
        Command::Doc(args) => document::run(args, &home()?, out),
        Command::Import(args) => import::run(args, &home()?, out),
        Command::Invite(args) => invite::run(args, &home()?, out),
        Command::Join(args) => {
            let join = join::Join::read(args)?;
            ask(&home()?, out, join)
        }
        Command::Requests(args) => {
            let space = args.space.clone();
            ask_list(&home()?, out, requests::Requests::from(args), space)
        }
        Command::Dashboard(args) => ask(&home()?, out, dashboard::Dashboard::from(args)),
        Command::Propose(args) => propose::run(args, &home()?, out),
        Command::Withdraw(args) => ask(&home()?, out, withdraw::Withdraw::from(args)),
        Command::Members(args) => {
            let space = args.space.clone();
            ask_list(&home()?, out, members::Members::from(args), space)
        }
    }
}

/// Something that is done with every question there is.
pub(crate) trait Visitor {
    /// Meets one question.
    fn meet<Q: Question>(&mut self);
}

/// Shows a visitor every question that the daemon answers.
pub(crate) fn each_question(visitor: &mut impl Visitor) {
    visitor.meet::<space::Found>();
    visitor.meet::<space::List>();
    visitor.meet::<space::Show>();
    visitor.meet::<space::Close>();
    visitor.meet::<invite::Invite>();
    visitor.meet::<join::Join>();
    visitor.meet::<reach::Reach>();
    visitor.meet::<requests::Requests>();
    visitor.meet::<propose::Propose>();
    visitor.meet::<approve::Approve>();
    visitor.meet::<withdraw::Withdraw>();
    visitor.meet::<members::Members>();
    visitor.meet::<dashboard::Dashboard>();
    visitor.meet::<leave::Leave>();
    visitor.meet::<partner::Rename>();
    visitor.meet::<device::List>();
    visitor.meet::<device::Request>();
    visitor.meet::<device::Look>();
    visitor.meet::<device::Add>();
    visitor.meet::<device::Revoke>();
    document::each_question(visitor);
    freeze::each_question(visitor);
    visitor.meet::<demo::Demo>();
    visitor.meet::<export::Export>();
    visitor.meet::<import::Import>();
    visitor.meet::<sync::Sync>();
    visitor.meet::<bundle::Write>();
    visitor.meet::<bundle::Read>();
    visitor.meet::<quarantine::List>();
    visitor.meet::<quarantine::Export>();
    visitor.meet::<quarantine::Open>();
    visitor.meet::<verify::Verify>();
}

/// Asks one question of the replica of a home and shows its answer.
///
/// # Errors
/// What the replica or its daemon says.
pub(crate) fn ask<Q: Question>(home: &Home, out: &mut Out, question: Q) -> Result<Exit, Failure> {
    let answer = with_session(home, out, async |session, _| session.ask(question).await)?;
    out.answer(&answer, |page| answer.draw(page))?;
    document::warned::tell(answer.warnings(), out);
    Ok(answer.exit())
}

/// Asks for a list of a space, shows it, and says when its relay was not reached for it.
///
/// # Errors
/// What the replica or its daemon says.
pub(crate) fn ask_list<Q: Question>(
    home: &Home,
    out: &mut Out,
    question: Q,
    space: String,
) -> Result<Exit, Failure> {
    let listed = with_session(home, out, async |session, _| {
        reach::ask_listed(session, question, space).await
    })?;
    reach::show_listed(&listed, out)
}

/// Runs `work` with a session on a home; what it did is durable once this returns.
///
/// # Errors
/// Those of `work`, else those of opening and ending the session.
pub(crate) fn with_session<T>(
    home: &Home,
    out: &mut Out,
    work: impl AsyncFnOnce(&Session, &mut Out) -> Result<T, Failure>,
) -> Result<T, Failure> {
    session::runtime()?.block_on(async {
        let session = Session::open(home, out).await?;
        let done = work(&session, out).await;
        let ended = session.end().await;
        let done = done?;
        ended.map(|()| done)
    })
}
