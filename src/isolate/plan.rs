//! What is to be done: tasks, made of the options, in their order. `--dry-run` prints them, and an error names the one that
//! failed.

use crate::append::Append;
use crate::error::Result;
use crate::isolate::run::{Run, Side, Step, StepFn, Task};
use crate::isolate::{ids, mounts, tunnel};
use crate::text::fill_two;

/// A step of every plan, and what it takes.
struct Need {
    /// The namespaces that are made, `CLONE_NEW*`, and [`TUNNEL`].
    namespaces: i32,
    /// Only for root, whose ids are the same inside, unless it is to change the machine's settings.
    is_for_root: bool,
    step: Step,
}

/// Makes a row of the steps outside.
const fn outside(namespaces: i32, text: &'static str, run: StepFn) -> Need {
    Need {
        namespaces,
        is_for_root: false,
        step: Step {
            side: Side::Outside,
            text,
            run,
        },
    }
}

/// Makes a row of the steps inside.
const fn inside(namespaces: i32, text: &'static str, run: StepFn) -> Need {
    let mut need = outside(namespaces, text, run);
    need.step.side = Side::Inside;
    need
}

const NS: i32 = libc::CLONE_NEWNS;
/// A tunnel is made. No namespace has this bit.
const TUNNEL: i32 = 1;

/// The steps of every plan before the root file system is changed.
const FIRST: &[Need] = &[
    outside(libc::CLONE_NEWUSER, "map users and groups", ids::map),
    outside(TUNNEL, "make the tunnel", tunnel::make),
    inside(NS, "keep mounts apart", mounts::separate),
    inside(NS | libc::CLONE_NEWPID, "mount proc on /proc", mounts::proc),
    inside(NS, "mount sysfs on /sys", mounts::sys),
    Need {
        is_for_root: true,
        ..inside(NS, "make /proc/sys and its like read-only", mounts::protect)
    },
    inside(
        NS | libc::CLONE_NEWNET,
        "mount tmpfs on the folder of names",
        mounts::names,
    ),
];

/// The last step of every plan. It waits for the side outside as well.
const LAST: &[Need] = &[inside(0, "%", tunnel::set_up)];

/// The tasks for options.
pub fn plan(run: &Run) -> Vec<Task> {
    let mut tasks = Vec::new();
    add_needed(FIRST, run, &mut tasks);
    #[cfg(feature = "isolate")]
    crate::isolate::root::add_tasks(run, &mut tasks);
    add_needed(LAST, run, &mut tasks);
    if let Some(last) = tasks.last_mut() {
        let is_new = run.namespaces & libc::CLONE_NEWNET != 0;
        last.values[0] = match (cfg!(feature = "isolate"), is_new, &run.tunnel) {
            (true, false, _) => b"leave the network as it is",
            (true, true, None) => b"set lo up",
            _ => b"set lo and the tunnel up",
        };
    }
    tasks
}

fn add_needed(needs: &'static [Need], run: &Run, tasks: &mut Vec<Task>) {
    let made = run.namespaces | (TUNNEL * i32::from(run.tunnel.is_some()));
    for need in needs {
        if made & need.namespaces == need.namespaces && (run.is_protected() || !need.is_for_root) {
            tasks.push(Task {
                step: &need.step,
                values: [b"", b""],
            });
        }
    }
}

/// What a task does, in words.
fn text_of(task: &Task) -> Vec<u8> {
    fill_two(task.step.text, task.values[0], task.values[1])
}

/// Does the tasks of one side, until one fails.
pub fn run_tasks(tasks: &[Task], side: Side, run: &mut Run) -> Result<()> {
    for task in tasks {
        if task.step.side == side {
            (task.step.run)(run, task.values).map_err(|e| {
                let hidden = e.text().is_empty();
                if hidden {
                    e
                } else {
                    e.context(&text_of(task)).context(b"isolate")
                }
            })?;
        }
    }
    Ok(())
}

/// The plan as text, a line for each task, without the final newline.
pub fn describe(tasks: &[Task]) -> Vec<u8> {
    let mut text = Vec::new();
    for task in tasks {
        let side: &[u8] = match task.step.side {
            Side::Outside => b"outside: ",
            Side::Inside => b"inside: ",
        };
        text.append_bytes(side);
        text.append_bytes(&text_of(task));
        text.push(b'\n');
    }
    text.pop();
    text
}
