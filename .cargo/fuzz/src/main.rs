//! What `cargo xtask fuzz` runs: libFuzzer's own `main` calls what is below with one input after another.
//!
//! The code under test is the real one, from the words of a command line to what is printed, and has no system calls but
//! for memory: all others are answered by [`sandbox`] and [`kernel`], from the input. So neither the words nor the messages of an
//! input can reach the machine, and a fault found here is one of the program.
//!
//! Its options are environment variables, since libFuzzer has the words:
//! - `IPSO_FUZZ_TARGET`: `messages`, `words`, `batch`, or `planted` (see [`target`]);
//! - `IPSO_FUZZ_SEEDS`: a folder, into which the inputs are written that the tests' data makes;
//! - `IPSO_FUZZ_DICTIONARY`: a file, into which libFuzzer's dictionary is written;
//! - `IPSO_FUZZ_CURRENT`: a file that holds the input of the moment, which is left where the process dies of it;
//! - `IPSO_FUZZ_PRINT`: what the program prints is printed.

#![no_main]

mod corpus;
mod kernel;
mod sandbox;
mod target;

// The data of the tests, read by their own readers.
#[allow(dead_code)]
#[path = "../../../tests/bytes/data.rs"]
mod data;
#[allow(dead_code)]
#[path = "../../../tests/bytes/message.rs"]
mod message;

/// What those want of the rest of the tests.
mod support {
    pub use ipso::nl::wire::{Messages, Msg};
}

/// All parts are built in.
mod parts {
    pub fn has_part(_: &str, _: &str) -> bool {
        true
    }
}

use std::env;
use std::fs;
use std::panic;
use std::sync::{LazyLock, Mutex};

use libfuzzer_sys::fuzz_target;
use sandbox::{Current, Worker};
use target::Target;

/// What a panic said.
static SAID: Mutex<String> = Mutex::new(String::new());

static TARGET: LazyLock<Target> = LazyLock::new(|| {
    let name = env::var("IPSO_FUZZ_TARGET").expect("IPSO_FUZZ_TARGET");
    Target::named(&name).unwrap_or_else(|| panic!("there is no target {name}"))
});

static CURRENT: LazyLock<Option<Mutex<Current>>> = LazyLock::new(|| {
    let path = env::var_os("IPSO_FUZZ_CURRENT")?;
    Some(Mutex::new(Current::open(path.as_ref())))
});

static WORKER: LazyLock<Worker> = LazyLock::new(|| Worker::start(|input| TARGET.run(input)));

pub fn said() -> String {
    SAID.lock().unwrap_or_else(|e| e.into_inner()).clone()
}

fn prepare() {
    // libFuzzer's hook ends the process in the thread that panics, which may not write a file. The one that waits for it does.
    panic::set_hook(Box::new(|info| {
        let mut said = SAID.lock().unwrap_or_else(|e| e.into_inner());
        said.push_str(&info.to_string());
        said.push('\n');
    }));
    if let Some(file) = env::var_os("IPSO_FUZZ_DICTIONARY") {
        fs::write(file, corpus::dictionary()).expect("the dictionary");
    }
    LazyLock::force(&TARGET);
    LazyLock::force(&CURRENT);
    sandbox::leave_the_machine();
    sandbox::limit_memory();
    LazyLock::force(&WORKER);
    sandbox::check(&WORKER);
    if let Some(folder) = env::var_os("IPSO_FUZZ_SEEDS") {
        corpus::write(*TARGET, folder.as_ref(), &WORKER);
    }
}

fuzz_target!(init: prepare(), |input: &[u8]| {
    if let Some(current) = &*CURRENT {
        current.lock().unwrap().set(input);
    }
    let survived = WORKER.run(input);
    if *target::PRINTS {
        let mut printed = target::PRINTED.lock().unwrap();
        println!("{}", String::from_utf8_lossy(&printed));
        printed.clear();
    }
    if !survived {
        eprintln!("\n{}{}", said(), TARGET.explain(input));
        std::process::abort();
    }
});
