# Builds the control plane, and what a node needs beside it, from Debian's own packages. Sourced by hack/kube and
# hack/node, which set `cache` and `bin`.

kube_version=1.20.2
# Which mends are in (see mend_sources): what was built with others is built anew.
mends=3

# `apt-get` on the machine's own mirrors, source packages included, with lists and caches of its own: it needs no
# root, and the system's lists stay as they are. `$apt` is a folder for it.
private_apt() {
  apt-get -q -o Dir::State="$apt/state" -o Dir::State::status=/var/lib/dpkg/status -o Dir::Cache="$apt/cache" \
    -o Dir::Etc::SourceList="$apt/sources.list" -o Dir::Etc::SourceParts="$apt/sources" -o APT::Sandbox::User= "$@"
}

# Makes the folder for `private_apt` and loads the lists.
prepare_private_apt() {
  apt=$1
  local file
  mkdir -p "$apt"/{state/lists/partial,cache/archives/partial,sources}
  for file in /etc/apt/sources.list.d/*.sources; do
    [ ! -f "$file" ] || sed 's/^Types:.*/Types: deb deb-src/' "$file" >"$apt/sources/${file##*/}"
  done
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    [ ! -f "$file" ] || sed -n '/^deb /{p; s/^deb /deb-src /p}' "$file" >>"$apt/sources.list"
  done
  touch "$apt/sources.list"
  private_apt update
}

# Fetches Debian packages and unpacks them, uninstalled, into a folder.
unpack_packages() {
  local into=$1 package
  shift
  mkdir -p "$into"
  (cd "$into" && private_apt download "$@")
  for package in "$into"/*.deb; do dpkg-deb --extract "$package" "$into"; done
  rm -f "$into"/*.deb
}

is_built() {
  [ "$(cat "$bin/mends" 2>/dev/null)" = "$mends" ] && [ -x "$bin/kube-apiserver" ] && [ -x "$bin/kube-controller-manager" ] && find_etcd >/dev/null
}

is_node_built() { [ -x "$bin/kubelet" ] && [ -x "$bin/kube-proxy" ] && [ -x "$bin/kube-scheduler" ]; }

find_etcd() {
  if [ -x "$bin/etcd" ]; then printf '%s\n' "$bin/etcd"; else command -v etcd; fi
}

# Runs a long command quietly: its words are shown only if it fails.
quietly() {
  local log=$work/log
  "$@" >"$log" 2>&1 || {
    tail -n 60 "$log" >&2
    die "failed: $*"
  }
}

build_kube() {
  build_programs is_built kube-apiserver kube-controller-manager
}

build_node() {
  build_programs is_node_built kubelet kube-proxy kube-scheduler
}

# build_programs IS_BUILT PROGRAM...: builds what is not there yet.
#
# Everything is made in a folder beside its final place and moved there when all of it works, so that a build which
# breaks leaves nothing half. Two builds at once: the second waits for the first and finds its work done.
build_programs() {
  local is_built=$1
  shift
  ! "$is_built" || return 0
  exec {build_lock}>"$cache/build.lock"
  flock -n "$build_lock" || {
    say "another build of Kubernetes is running: waiting for it"
    flock "$build_lock"
  }
  ! "$is_built" || return 0
  command -v apt-get >/dev/null || die "build: needs apt-get: the programs come from Debian's packages"
  say "building $* v$kube_version: about 5 minutes, once per machine"
  "$top/hack/install" golang-go make rsync ca-certificates
  work=$(mktemp -d "$cache/build.XXXXXX")
  trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
  quietly prepare_private_apt "$work/apt"
  quietly fetch_sources
  quietly mend_sources
  quietly compile "$@"
  quietly collect "$@"
  mkdir -p "$bin"
  mv -f "$work"/bin/* "$bin/"
  say "built: $bin"
}

# Sets `source`.
fetch_sources() {
  source=$work/kubernetes-$kube_version
  mkdir "$work/download"
  (cd "$work/download" && private_apt source --download-only kubernetes)
  mkdir "$source"
  tar -C "$source" --strip-components=1 -xzf "$work"/download/kubernetes_*really$kube_version.orig.tar.gz
}

# What Go after 1.15, for which these sources were written, makes of them:
#
# - The vendored reflect2 1.0.1 reads a map iterator whose layout changed in Go 1.18: kube-apiserver dies at the first
#   custom resource. Debian ships 1.0.2, where that is mended.
# - The vendored validation of kube-openapi compares two reflect.Values by their pointers. Since Go 1.17 those of an
#   empty text and of no value at all are the same, and empty texts in custom resources are refused as null.
mend_sources() {
  local name=github.com/modern-go/reflect2 file=$source/vendor/k8s.io/kube-openapi/pkg/validation/validate/type.go
  unpack_packages "$work/reflect2" golang-github-modern-go-reflect2-dev
  rm -rf "${source:?}/vendor/$name"
  cp -r "$work/reflect2/usr/share/gocode/src/$name" "$source/vendor/$name"
  rm -f "$source/vendor/$name/go.mod"
  sed -i 's/if data == nil || reflect\.DeepEqual(reflect\.Zero(.*)) {$/if data == nil {/' "$file"
  grep -q 'if data == nil {$' "$file"
}

# By Kubernetes' own make, which also generates the OpenAPI code that the source package leaves out.
compile() {
  local gopath=$work/go what
  what=$(printf 'cmd/%s ' "$@")
  cat >"$work/version" <<VERSION
KUBE_GIT_COMMIT=''
KUBE_GIT_TREE_STATE='archive'
KUBE_GIT_VERSION='v$kube_version'
KUBE_GIT_MAJOR='1'
KUBE_GIT_MINOR='20'
VERSION
  mkdir -p "$gopath/src/k8s.io"
  ln -s "$source" "$gopath/src/k8s.io/kubernetes"
  (cd "$source" &&
    env KUBE_GIT_VERSION_FILE="$work/version" CGO_ENABLED=0 GOPATH="$gopath" GOFLAGS=-mod=vendor \
      GOCACHE="$work/go-cache" GOPROXY=off make WHAT="$what")
}

# Debian's etcd goes with kube-apiserver.
collect() {
  local program
  mkdir "$work/bin"
  for program in "$@"; do
    cp -L "$source/_output/bin/$program" "$work/bin/"
    [ "$program" != kube-apiserver ] || {
      unpack_packages "$work/etcd" etcd-server
      cp "$work/etcd/usr/bin/etcd" "$work/bin/"
    }
  done
  for program in "$work"/bin/*; do "$program" --version; done
  [ ! -x "$work/bin/kube-apiserver" ] || printf '%s\n' "$mends" >"$work/bin/mends"
}

# Prints the path of a kubectl: the installed one, or Debian's, which is fetched without being installed.
kubectl_path() {
  local kubectl=$cache/kubectl
  if command -v kubectl; then return; fi
  if [ ! -x "$kubectl" ]; then
    say "fetching kubectl from Debian"
    work=$(mktemp -d "$cache/kubectl.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    quietly prepare_private_apt "$work/apt"
    quietly unpack_packages "$work/client" kubernetes-client
    mv "$work/client/usr/bin/kubectl" "$kubectl"
  fi
  printf '%s\n' "$kubectl"
}

# Prints the path of the webhook, which is built when its source has changed.
webhook_path() {
  local sources=$top/hack/lib/webhook program
  program=$cache/webhook-$(cat "$sources"/* | sha256sum | cut -c1-12)
  if [ ! -x "$program" ]; then
    "$top/hack/install" golang-go
    work=$(mktemp -d "$cache/webhook.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    (cd "$sources" && quietly env GOFLAGS=-mod=mod GOPROXY=off GOCACHE="$work/go-cache" go build -o "$work/webhook" .)
    mv "$work/webhook" "$program"
  fi
  printf '%s\n' "$program"
}
