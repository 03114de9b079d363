//! The recipes of `.cargo/xtask/contrib` do what they say. Each hook runs on a folder in place of the image, with functions in
//! place of those that the hook's tool has.

mod common;
use common::*;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};
use yaml_rust2::YamlLoader;

/// Where the hooks look for the static file.
const PLACES: [&str; 2] = ["/usr/local/sbin/ipso", "/usr/sbin/ipso"];

/// A hook that looks for the static file elsewhere.
fn with_place(hook: &str, place: &str) -> String {
    PLACES
        .iter()
        .fold(hook.to_owned(), |hook, known| hook.replace(known, place))
}

/// A file of `.cargo/xtask/contrib`.
fn recipe(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(".cargo/xtask/contrib");
    fs::read_to_string(folder.join(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
}

/// A folder in place of an image, with a file `busybox` as the tools put it there. It is removed when this is dropped.
struct Image(PathBuf);

impl Image {
    /// In a `merged` one /usr/sbin is a link to /usr/bin.
    fn new(name: &str, merged: bool) -> Self {
        let name = format!("recipe-{name}-{merged}-{}", std::process::id());
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&root);
        fs::create_dir_all(root.join("usr/bin")).expect("a folder");
        if merged {
            symlink("bin", root.join("usr/sbin")).expect("a link");
        } else {
            fs::create_dir(root.join("usr/sbin")).expect("a folder");
        }
        for folder in ["bin", "sbin"] {
            symlink(format!("usr/{folder}"), root.join(folder)).expect("a link");
        }
        fs::write(root.join("bin/busybox"), "busybox").expect("a file");
        Self(root)
    }

    /// Runs `before`, the recipe and `after` as one script of `shell`, after a check of its syntax.
    fn run(&self, shell: &str, [before, recipe, after]: [&str; 3], words: &[&str]) -> Out {
        let script = self.0.with_extension("sh");
        let recipe = with_place(recipe, &ipso().display().to_string());
        let text = format!("{before}\n{recipe}\n{after}\n");
        fs::write(&script, text).expect("a script");
        let mut syntax = Command::new(shell);
        syntax.arg("-n").arg(&script);
        finish(syntax).ok();
        let mut command = Command::new(shell);
        command
            .arg(&script)
            .args(words)
            .current_dir(&self.0)
            .env("DESTDIR", &self.0)
            .env("initdir", &self.0)
            .env("BUILDROOT", &self.0)
            .stdin(Stdio::null());
        let out = finish(command);
        fs::remove_file(script).expect("the script is there");
        out
    }

    /// Checks that the names lead to a copy of ipso in the image, which works, and that busybox was not written over.
    #[track_caller]
    fn holds(&self, names: &[&str]) {
        let ours = fs::read(ipso()).expect("ipso");
        for name in names {
            let path = self.0.join(name);
            let real = fs::canonicalize(&path).unwrap_or_else(|e| panic!("{name}: {e}"));
            assert!(real.starts_with(&self.0), "{name} leads to {real:?}");
            assert!(
                fs::read(&real).expect("a file") == ours,
                "{name} is not ours"
            );
            let mode = fs::metadata(&real).expect("a file").permissions().mode();
            assert_eq!(mode & 0o111, 0o111, "{name} can be run");
            let mut command = Command::new(&path);
            command.arg(if name.ends_with("isolate") {
                "--help"
            } else {
                "-V"
            });
            let said = finish(command).ok();
            let expected = match name.rsplit('/').next() {
                Some("isolate") => "Usage: isolate",
                _ => "ip utility, iproute2",
            };
            assert!(said.starts_with(expected), "{name}: {said}");
        }
        let busybox = fs::read(self.0.join("bin/busybox")).expect("busybox");
        assert!(busybox == b"busybox", "busybox was written over");
    }
}

impl Drop for Image {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn the_hook_for_initramfs_tools_works() {
    let hook = recipe("initramfs-tools/ipso");
    let source = ". /usr/share/initramfs-tools/hook-functions\n";
    assert!(hook.starts_with("#!/bin/sh\n") && hook.contains(source));
    // As the real one does, copy_exec() keeps a file that is there.
    let functions = "
        copy_exec() { [ -e \"$DESTDIR$2\" ] || cp -p \"$1\" \"$DESTDIR$2\"; }
        manual_add_modules() { echo \"module $*\"; }\n";
    let hook = hook.replace(source, functions);
    for merged in [false, true] {
        let image = Image::new("initramfs-tools", merged);
        fs::hard_link(image.0.join("bin/busybox"), image.0.join("sbin/ip")).expect("a link");
        let before = fs::read_dir(image.0.join("bin")).expect("bin").count();
        let out = image.run("sh", ["", &hook, "echo not reached"], &["prereqs"]);
        assert_eq!(out.ok(), "");
        let after = fs::read_dir(image.0.join("bin")).expect("bin").count();
        assert_eq!(before, after, "prereqs changes nothing");
        assert_eq!(image.run("sh", ["", &hook, ""], &[]).ok(), "module veth\n");
        image.holds(&["bin/ip", "sbin/ip", "bin/isolate"]);
        // Where the static file is missing, the hook fails, so that no image is made.
        let broken = with_place(&hook, "/nonexistent/ipso");
        assert_ne!(image.run("sh", ["", &broken, ""], &[]).code, 0);
    }
}

#[test]
fn the_module_for_dracut_works() {
    if !has_tools("the_module_for_dracut_works", &["bash"]) {
        return;
    }
    let module = recipe("dracut/module-setup.sh");
    let functions = "
        inst_simple() { [[ -e $initdir$2 ]] || cp -p \"$1\" \"$initdir$2\"; }
        instmods() { echo \"module $*\"; }";
    let play = "check && depends && installkernel && install";
    for merged in [false, true] {
        let image = Image::new("dracut", merged);
        let out = image.run("bash", [functions, &module, play], &[]);
        assert_eq!(out.ok(), "module veth\n");
        image.holds(&["bin/ip", "sbin/ip", "bin/isolate"]);

        // Where the static file is missing, dracut leaves the module out.
        let broken = with_place(&module, "/nonexistent/ipso");
        assert_eq!(image.run("bash", ["", &broken, "check"], &[]).code, 1);
    }
}

#[test]
fn the_hook_for_mkinitcpio_works() {
    if !has_tools("the_hook_for_mkinitcpio_works", &["bash"]) {
        return;
    }
    let hook = recipe("mkinitcpio/ipso");
    let functions = "
        add_binary() { cp --remove-destination --preserve=mode \"$1\" \"$BUILDROOT$2\"; }
        add_symlink() { ln -sfn \"$2\" \"$BUILDROOT$1\"; }
        add_module() { echo \"module $*\"; }";
    // On Arch /usr/sbin is always a link to /usr/bin.
    let image = Image::new("mkinitcpio", true);
    symlink("busybox", image.0.join("usr/bin/ip")).expect("a link");
    let out = image.run("bash", [functions, &hook, "build && help"], &[]);
    assert!(out.ok().starts_with("module veth\nipso as "));
    image.holds(&["bin/ip", "sbin/ip", "bin/isolate"]);
}

#[test]
fn the_file_for_a_container_works() {
    namespaces("the_file_for_a_container_works", || {
        // The folder is on the tmpfs of these namespaces, and ends with them.
        let root = Path::new("/run/image");
        let mut last = String::new();
        let file = recipe("container/Containerfile");
        for line in file.lines().filter(|line| !line.starts_with('#')) {
            let (word, rest) = line.split_once(' ').expect("a word and its operands");
            let exec = || serde_json::from_str::<Vec<String>>(rest).expect("the exec form");
            match (word, last.as_str()) {
                ("FROM", "") => assert_eq!(rest, "scratch"),
                ("COPY", "FROM") => {
                    let words: Vec<_> = rest.split(' ').collect();
                    assert_eq!(words, ["--chmod=755", "ipso", "/bin/ipso"]);
                    fs::create_dir_all(root.join("bin")).expect("a folder");
                    fs::create_dir(root.join("proc")).expect("a folder");
                    fs::copy(ipso(), root.join("bin/ipso")).expect("a copy");
                    mount_proc(root);
                }
                ("RUN", "COPY") => assert_eq!(inside(root, &exec()), ""),
                ("ENTRYPOINT", "RUN") => {
                    let words = [exec(), vec!["-V".to_owned()]].concat();
                    assert!(inside(root, &words).starts_with("ip utility, iproute2"));
                    let words = ["/bin/isolate", "--help"].map(str::to_owned);
                    assert!(inside(root, &words).starts_with("Usage: isolate"));
                }
                other => panic!("{other:?}"),
            }
            word.clone_into(&mut last);
        }
        assert_eq!(last, "ENTRYPOINT");
    });
}

#[test]
fn the_daemonset_puts_the_links_in_place() {
    let test = "the_daemonset_puts_the_links_in_place";
    namespaces_with(&[part::CNI], test, || {
        let text = recipe("cni/daemonset.yaml");
        let documents = YamlLoader::load_from_str(&text).expect("YAML");
        let [set] = &documents[..] else {
            panic!("one document");
        };
        assert_eq!(set["kind"].as_str(), Some("DaemonSet"));
        let template = &set["spec"]["template"];
        let labels = &set["spec"]["selector"]["matchLabels"];
        assert_eq!(&template["metadata"]["labels"], labels);
        let init = &template["spec"]["initContainers"][0];
        let volume = &template["spec"]["volumes"][0];
        let mounted = &init["volumeMounts"][0];
        assert_eq!(mounted["name"], volume["name"]);
        // Links lead to the path in the container, and have to be right on the node.
        let folder = mounted["mountPath"].as_str().expect("a path");
        assert_eq!(volume["hostPath"]["path"].as_str(), Some(folder));
        let words: Vec<_> = init["command"]
            .as_vec()
            .expect("a command")
            .iter()
            .map(|word| word.as_str().expect("a word").to_owned())
            .collect();

        // The image's own commands are those of this machine.
        let root = Path::new("/run/image");
        let plugins = root.join(folder.trim_start_matches('/'));
        for name in ["bin", "usr", "lib", "lib64"] {
            let (from, to) = (Path::new("/").join(name), root.join(name));
            fs::create_dir_all(&to).expect("a folder");
            if from.exists() {
                let mut mount = Command::new("mount");
                mount.arg("--rbind").args([from, to]);
                finish(mount).ok();
            }
        }
        fs::create_dir(root.join("proc")).expect("a folder");
        mount_proc(root);
        fs::copy(ipso(), root.join("ipso")).expect("a copy");
        fs::create_dir_all(&plugins).expect("a folder");
        for name in ["bridge", "flannel"] {
            fs::write(plugins.join(name), name).expect("a file");
        }
        // What a run that was broken off leaves behind does not matter.
        fs::create_dir(plugins.join(".links")).expect("a folder");
        symlink("/nonexistent", plugins.join(".links/bridge")).expect("a link");
        let names = "bridge firewall host-device host-local ipvlan loopback macvlan portmap ptp static tuning vlan";
        let mut expected: Vec<_> = names.split(' ').chain(["flannel", "ipso"]).collect();
        expected.sort_unstable();
        for _ in 0..2 {
            assert_eq!(inside(root, &words), "");
            let found = fs::read_dir(&plugins).expect("the folder");
            let mut found: Vec<_> = found
                .map(|entry| entry.expect("an entry").file_name())
                .collect();
            found.sort_unstable();
            assert_eq!(found, expected);
            for name in names.split(' ') {
                let plugin = format!("{folder}/{name}");
                let mut command = Command::new("chroot");
                command.arg(root).arg(&plugin);
                let said = finish(command).stderr;
                assert!(
                    said.starts_with(&format!("CNI {name} plugin v1.")),
                    "{said}"
                );
                assert_eq!(
                    fs::read_link(plugins.join(name)).expect("a link"),
                    Path::new(folder).join("ipso")
                );
            }
            let others = fs::read(plugins.join("flannel")).expect("a file");
            assert!(others == b"flannel", "flannel was written over");
        }
    });
}

/// Mounts the /proc of these namespaces in the image.
fn mount_proc(root: &Path) {
    let mut mount = Command::new("mount");
    mount.args(["--rbind", "/proc"]).arg(root.join("proc"));
    finish(mount).ok();
}

/// Runs a command of the image in the image, and returns its output. For a dynamic build the libraries of this machine
/// are mounted there.
fn inside(root: &Path, words: &[String]) -> String {
    for folder in ["lib", "lib64", "usr/lib", "usr/lib64"] {
        let (ours, its) = (Path::new("/").join(folder), root.join(folder));
        if !is_static(&ipso()) && ours.exists() && !its.exists() {
            fs::create_dir_all(&its).expect("a folder");
            let mut mount = Command::new("mount");
            mount.arg("--rbind").args([ours, its]);
            finish(mount).ok();
        }
    }
    let mut command = Command::new("chroot");
    command.arg(root).args(words);
    finish(command).ok()
}
