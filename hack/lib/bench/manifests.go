package main

import (
	"encoding/json"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"strings"
)

// The application that all objects belong to.
const application = "bench"

// How many ConfigMaps stand in one file.
const perFile = 100

// ConfigMaps are count objects with 1 KiB of data each. Of the changed ones every hundredth has other data.
type ConfigMaps struct {
	count   int
	changed bool
}

func (maps ConfigMaps) name(index int) string { return fmt.Sprintf("item-%05d", index) }

// data is the same for the same index, whoever asks.
func (maps ConfigMaps) data(index int) string {
	seed := int64(index)
	if maps.changed && index%100 == 0 {
		seed += 1_000_000
	}
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789"
	random := rand.New(rand.NewSource(seed))
	text := make([]byte, 1024)
	for at := range text {
		text[at] = letters[random.Intn(len(letters))]
	}
	return string(text)
}

// write makes a folder of manifests.
func (maps ConfigMaps) write(folder string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for first := 0; first < maps.count; first += perFile {
		var text strings.Builder
		for index := first; index < maps.count && index < first+perFile; index++ {
			fmt.Fprintf(&text, "---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: %s\ndata:\n  text: %s\n",
				maps.name(index), maps.data(index))
		}
		path := filepath.Join(folder, fmt.Sprintf("%05d.yaml", first))
		if err := os.WriteFile(path, []byte(text.String()), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// body is what syncctl sends for one object: the manifest with namespace and tracking marks.
func (maps ConfigMaps) body(index int, namespace string) []byte {
	body, err := json.Marshal(map[string]any{
		"apiVersion": "v1", "kind": "ConfigMap",
		"metadata": map[string]any{
			"name": maps.name(index), "namespace": namespace,
			"labels": map[string]string{"syncctl.dev/application": application},
			"annotations": map[string]string{
				"argocd.argoproj.io/tracking-id": fmt.Sprintf("%s:/ConfigMap:%s/%s", application, namespace, maps.name(index)),
			},
		},
		"data": map[string]string{"text": maps.data(index)},
	})
	if err != nil {
		panic(err)
	}
	return body
}

func (maps ConfigMaps) path(index int, namespace string) string {
	return "/api/v1/namespaces/" + namespace + "/configmaps/" + maps.name(index)
}

// send is the raw client: it applies all objects, without reading a manifest or asking what is there.
func (maps ConfigMaps) send(api *API, namespace string) error {
	bodies := make([][]byte, maps.count)
	for index := range bodies {
		bodies[index] = maps.body(index, namespace)
	}
	return Concurrently(maps.count, func(index int) error {
		path := maps.path(index, namespace) + "?fieldManager=raw&force=true"
		return api.Do("PATCH", path, "application/apply-patch+yaml", bodies[index], nil)
	})
}

// verify fails unless the namespace holds exactly these objects.
func (maps ConfigMaps) verify(api *API, namespace string) error {
	var list struct {
		Items []struct {
			Metadata struct{ Name string }
			Data     map[string]string
		}
	}
	if err := api.Do("GET", "/api/v1/namespaces/"+namespace+"/configmaps", "", nil, &list); err != nil {
		return err
	}
	found := map[string]string{}
	for _, item := range list.Items {
		found[item.Metadata.Name] = item.Data["text"]
	}
	for index := 0; index < maps.count; index++ {
		if found[maps.name(index)] != maps.data(index) {
			return fmt.Errorf("%s/%s is not as wanted", namespace, maps.name(index))
		}
	}
	return nil
}

// remove empties the namespace, so that later rounds meet an API server that holds as little as the first.
func (maps ConfigMaps) remove(api *API, namespace string) error {
	return Concurrently(maps.count, func(index int) error {
		return api.Do("DELETE", maps.path(index, namespace), "", nil, nil)
	})
}
