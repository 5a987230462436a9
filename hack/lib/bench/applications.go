package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// How many applications share a destination namespace.
const perNamespace = 100

// Applications are folders of one git repository, each with a Service and ConfigMaps, and the objects that sync them.
type Applications struct {
	count, objects int
	// The repository's folder.
	folder string
	// Where the controller lives.
	home string
}

func (apps Applications) name(index int) string { return fmt.Sprintf("app-%05d", index) }

func (apps Applications) namespace(index int) string {
	return fmt.Sprintf("bench-%03d", index/perNamespace)
}

// write makes the manifests of one application; another text is another state of one of its objects.
func (apps Applications) write(index int, text string) error {
	var manifests strings.Builder
	fmt.Fprintf(&manifests, "apiVersion: v1\nkind: Service\nmetadata:\n  name: %s\nspec:\n  ports: [{port: 80}]\n", apps.name(index))
	for number := 1; number < apps.objects; number++ {
		value := "first"
		if number == 1 {
			value = text
		}
		fmt.Fprintf(&manifests, "---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: %s-%d\ndata:\n  text: %s\n  more: %s\n",
			apps.name(index), number, value, strings.Repeat("x", 200))
	}
	folder := filepath.Join(apps.folder, apps.name(index))
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "all.yaml"), []byte(manifests.String()), 0o644)
}

// commit makes a commit of all that was written, and returns its name.
func (apps Applications) commit(message string) (string, error) {
	for _, arguments := range [][]string{
		{"init", "--quiet", "--initial-branch=main"}, {"add", "--all"},
		{"-c", "user.name=bench", "-c", "user.email=bench@localhost", "commit", "--quiet", "-m", message},
	} {
		if text, err := apps.git(arguments...); err != nil {
			return "", fmt.Errorf("git %v: %w: %s", arguments, err, text)
		}
	}
	name, err := apps.git("rev-parse", "HEAD")
	return strings.TrimSpace(name), err
}

func (apps Applications) git(arguments ...string) (string, error) {
	command := exec.Command("git", append([]string{"-C", apps.folder}, arguments...)...)
	text, err := command.CombinedOutput()
	return string(text), err
}

// create makes namespaces and Applications, which follow the repository by themselves.
func (apps Applications) create(api *API) error {
	for index := 0; index < apps.count; index += perNamespace {
		if err := api.createNamespace(apps.namespace(index)); err != nil {
			return err
		}
	}
	return Concurrently(apps.count, func(index int) error {
		return apps.createOne(api, apps.name(index), apps.namespace(index), `{"automated":{"prune":true,"selfHeal":true}}`)
	})
}

func (apps Applications) createOne(api *API, name, namespace, policy string) error {
	body := fmt.Sprintf(`{"apiVersion":"argoproj.io/v1alpha1","kind":"Application","metadata":{"name":%q},"spec":{
		"project":"default","source":{"repoURL":%q,"path":%q,"targetRevision":"main"},
		"destination":{"server":"https://kubernetes.default.svc","namespace":%q},"syncPolicy":%s}}`,
		name, "file://"+apps.folder, name, namespace, policy)
	return api.Do("POST", apps.path(""), "application/json", []byte(body), nil)
}

// path is the collection's, or an Application's.
func (apps Applications) path(name string) string {
	path := "/apis/argoproj.io/v1alpha1/namespaces/" + apps.home + "/applications"
	if name == "" {
		return path
	}
	return path + "/" + name
}
