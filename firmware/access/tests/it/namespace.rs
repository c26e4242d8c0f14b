use std::{
    process::Command,
    sync::mpsc,
    thread::{self, JoinHandle},
};

use nix::{
    sched::{CloneFlags, unshare},
    unistd::{Pid, gettid},
};

/// A network namespace without a name: it lives in a thread and goes with it, whatever becomes of the test.
pub(crate) struct Namespace {
    pub(crate) id: Pid,
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

type Job = Box<dyn FnOnce() + Send>;

impl Namespace {
    pub(crate) fn new() -> Self {
        let (jobs, inbox) = mpsc::channel::<Job>();
        let (tell, told) = mpsc::channel();
        let thread = thread::spawn(move || {
            unshare(CloneFlags::CLONE_NEWNET).unwrap();
            tell.send(gettid()).unwrap();
            inbox.into_iter().for_each(|job| job());
        });
        let namespace = Self { id: told.recv().unwrap(), jobs: Some(jobs), thread: Some(thread) };
        namespace.ip("link set lo up");
        namespace
    }

    /// Does something inside; sockets that it opens, and threads that it starts, stay inside.
    pub(crate) fn run<T: Send + 'static>(&self, job: impl FnOnce() -> T + Send + 'static) -> T {
        let (tell, told) = mpsc::channel();
        let job = Box::new(move || {
            let _ = tell.send(job());
        });
        self.jobs.as_ref().unwrap().send(job).unwrap();
        told.recv().expect("the job does not panic")
    }

    pub(crate) fn block_on<T: Send + 'static>(&self, future: impl Future<Output = T> + Send + 'static) -> T {
        self.run(|| {
            tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
        })
    }

    pub(crate) fn ip(&self, arguments: &str) {
        self.command("ip", arguments);
    }

    pub(crate) fn command(&self, program: &'static str, arguments: &str) -> String {
        let words = arguments.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let output = self.run(move || Command::new(program).args(words).output().unwrap());
        assert!(
            output.status.success(),
            "{program} {arguments}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        drop(self.jobs.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
