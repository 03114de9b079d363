//! `<linux/bpf.h>`: programs that the kernel runs.

pub mod bpf_prog_type {
    // prefix: BPF_PROG_TYPE_
    pub const CGROUP_SOCK: u32 = 9;
}

pub mod bpf_attach_type {
    // prefix: BPF_
    pub const CGROUP_INET_SOCK_CREATE: u32 = 2;
}

pub mod bpf_code {
    // prefix: BPF_
    pub const ALU64: u8 = 7;
    pub const STX: u8 = 3;
    pub const JMP: u8 = 5;
    pub const MOV: u8 = 0xb0;
    pub const EXIT: u8 = 0x90;
    pub const MEM: u8 = 0x60;
}
