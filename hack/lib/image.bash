# Puts a file system together and packs it as an image. Sourced by hack/image and hack/node.

# lay_system ROOT: everything but the program itself.
lay_system() {
  local root=$1
  mkdir -p "$root"/usr/{bin,lib,lib64,share} "$root"/{etc,proc,sys,dev,run} "$root"/etc/ssl/certs
  local link
  for link in bin lib lib64; do ln -s "usr/$link" "$root/$link"; done
  install -d -m 1777 "$root/tmp" "$root/var/cache/syncctl"
  printf 'root:x:0:0:root:/:/usr/sbin/nologin\nsyncctl:x:65532:65532:syncctl:/tmp:/usr/sbin/nologin\n' >"$root/etc/passwd"
  printf 'root:x:0:\nsyncctl:x:65532:\n' >"$root/etc/group"
  printf 'hosts: files dns\n' >"$root/etc/nsswitch.conf"
  add_programs "$root"
  add_authorities "$root"
  add_time_zones "$root"
}

# git, the transports that it starts, and the shell by which it starts ssh.
add_programs() {
  local root=$1 core=usr/lib/git-core
  mkdir -p "$root/$core" "$root/usr/share/git-core/templates"
  install -m 755 /usr/bin/git /usr/bin/ssh "$root/usr/bin/"
  install -m 755 /bin/dash "$root/usr/bin/sh"
  install -m 755 "/$core/git-remote-http" "$root/$core/"
  ln -s git-remote-http "$root/$core/git-remote-https"
  ln -s ../../bin/git "$root/$core/git"
  add_libraries "$root" "$root" /usr/bin/git /usr/bin/ssh /bin/dash "/$core/git-remote-http"
}

# Debian's authorities from its package, and not the machine's bundle, to which anything may have been added.
add_authorities() {
  local root=$1 file
  find /usr/share/ca-certificates/mozilla -name '*.crt' | LC_ALL=C sort | while read -r file; do
    cat "$file"
    printf '\n'
  done | sed '/^$/d' >"$root/etc/ssl/certs/ca-certificates.crt"
  mkdir -p "$root/usr/lib/ssl"
  ln -s /etc/ssl/certs "$root/usr/lib/ssl/certs"
  ln -s /etc/ssl/certs/ca-certificates.crt "$root/usr/lib/ssl/cert.pem"
}

add_time_zones() {
  local root=$1
  mkdir -p "$root/usr/share/zoneinfo"
  tar -C /usr/share/zoneinfo --exclude=./posix --exclude=./right --exclude=./localtime -cf - . |
    tar -C "$root/usr/share/zoneinfo" -xf -
}

# add_libraries ROOT BELOW PROGRAM...: copies what the programs load and BELOW has not, under the names by which they
# ask for it. The loader is one of them.
add_libraries() {
  local root=$1 below=$2 program path place
  shift 2
  for program in "$@"; do
    # A static program has none.
    { ldd "$program" 2>/dev/null || true; } | grep -oE '/[^ ]+' | while read -r path; do
      [ "$path" != "$program:" ] || continue
      place=$(realpath "$(dirname "$path")")/$(basename "$path")
      [ -e "$below$place" ] || install -D -m 755 "$(realpath "$path")" "$root$place"
    done
  done
  # The C library opens it when a thread is cancelled.
  path=$(ldconfig -p | sed -n 's/.*libgcc_s\.so\.1 .*=> //p' | head -n 1)
  place=$(realpath "$(dirname "$path")")/$(basename "$path")
  [ -e "$below$place" ] || install -D -m 755 "$(realpath "$path")" "$root$place"
  [ -d "$root/usr/lib64" ] || return 0
  # Where programs look for the loader: /lib64 may lead to another folder here than in the image.
  for path in "$root"/usr/lib/*-linux-gnu/ld-linux-*; do
    [ -f "$path" ] || continue
    [ -e "$root/usr/lib64/${path##*/}" ] || ln -s "../lib/$(basename "$(dirname "$path")")/${path##*/}" "$root/usr/lib64/"
  done
}

# write_archive FILE NAME EPOCH LAYER-FOLDER...: an image layout that docker understands, too. Sets `image_id`.
write_archive() {
  local output=$1 name=$2 epoch=$3 layout folder file digest
  shift 3
  layout=$(mktemp -d "$work/layout.XXXXXX")
  mkdir -p "$layout/blobs/sha256"
  local layers=() diffs=() files=()
  for folder in "$@"; do
    file=$work/layer.tar
    pack "$epoch" -C "$folder" -cf "$file" .
    diffs+=("\"sha256:$(digest "$file")\"")
    gzip -9 -n -f "$file"
    digest=$(blob "$layout" "$file.gz")
    layers+=("{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar+gzip\",\"digest\":\"sha256:$digest\",\"size\":$(size "$layout" "$digest")}")
    files+=("\"blobs/sha256/$digest\"")
  done
  write_config "$epoch" "$(commas "${diffs[@]}")" >"$work/config.json"
  image_id=$(blob "$layout" "$work/config.json")
  cat >"$work/image.json" <<JSON
{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:$image_id","size":$(size "$layout" "$image_id")},"layers":[$(commas "${layers[@]}")]}
JSON
  digest=$(blob "$layout" "$work/image.json")
  cat >"$layout/index.json" <<JSON
{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:$digest","size":$(size "$layout" "$digest"),"annotations":{"io.containerd.image.name":"$(full_name "$name")","org.opencontainers.image.ref.name":"${name##*:}"}}]}
JSON
  printf '{"imageLayoutVersion":"1.0.0"}\n' >"$layout/oci-layout"
  printf '[{"Config":"blobs/sha256/%s","RepoTags":["%s"],"Layers":[%s]}]\n' "$image_id" "$name" "$(commas "${files[@]}")" >"$layout/manifest.json"
  mkdir -p "$(dirname "$output")"
  (cd "$layout" && pack "$epoch" -cf - oci-layout index.json manifest.json blobs) >"$output.part"
  mv "$output.part" "$output"
}

# tar, so that the same files make the same bytes whoever packs them, and when.
pack() {
  local epoch=$1
  shift
  tar --sort=name --mtime="@$epoch" --owner=0 --group=0 --numeric-owner --format=gnu "$@"
}

# `image_settings` are the members of the image's config, as JSON without braces.
image_settings='"User":"65532:65532","WorkingDir":"/","Entrypoint":["/usr/bin/syncctl"],"Env":["PATH=/usr/local/bin:/usr/bin:/bin","HOME=/tmp","XDG_CACHE_HOME=/var/cache"]'

write_config() {
  local machine
  case $(uname -m) in
  x86_64) machine=amd64 ;;
  aarch64) machine=arm64 ;;
  *) machine=$(uname -m) ;;
  esac
  printf '{"created":"%s","architecture":"%s","os":"linux","config":{%s},"rootfs":{"type":"layers","diff_ids":[%s]}}\n' \
    "$(date -u -d "@$1" +%Y-%m-%dT%H:%M:%SZ)" "$machine" "$image_settings" "$2"
}

digest() { sha256sum "$1" | cut -d' ' -f1; }

# blob LAYOUT FILE: moves a file to where its digest says, and prints that.
blob() {
  local digest
  digest=$(digest "$2")
  mv "$2" "$1/blobs/sha256/$digest"
  printf '%s\n' "$digest"
}

size() { stat -c %s "$1/blobs/sha256/$2"; }

commas() {
  local IFS=,
  printf '%s' "$*"
}

# The name in full, as container runtimes complete it.
full_name() {
  case $1 in
  localhost/* | *.*/* | *:*/*) printf '%s' "$1" ;;
  */*) printf 'docker.io/%s' "$1" ;;
  *) printf 'docker.io/library/%s' "$1" ;;
  esac
}
