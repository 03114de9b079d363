//! `ip tuntap show`.

use crate::args::Words;
use crate::error::Result;
use crate::ip::command::{Ctx, Io};
use crate::ip::tuntap::processes::find_processes;
use crate::ip::tuntap::show::{decode, read_values, request, show};
use crate::ns::enter::renew_sys;

/// Lists the tun and tap devices. What else the words say is not heard, as in iproute2.
pub fn list(_: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    if ctx.elsewhere {
        // What is said of the devices stands in files of /sys.
        renew_sys(&mut io.out)?;
    }
    let mut processes = None;
    io.print_answer(
        &mut |socket, each| socket.dump(&mut request(), each),
        &mut |message, out, _| {
            let mut values = [0; 3];
            if let Some(name) = decode(message)
                && read_values(name, &mut values, out)
            {
                if ctx.details > 0 && processes.is_none() {
                    processes = Some(find_processes());
                }
                show(name, values, processes.as_deref(), out);
            }
            Ok(())
        },
    )
}
