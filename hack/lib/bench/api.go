package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
)

// How many requests are under way at once.
const concurrency = 32

// API sends requests to one API server: over HTTP/2, or without TLS over as many connections as are needed.
type API struct {
	server string
	// Empty where a certificate says who we are.
	token  string
	client *http.Client
}

// OpenAPI reads a kubeconfig as `hack/kube up` writes it (one cluster, one user with certificate data), or as
// `syncctl cluster serve` does (plain HTTP and a token).
func OpenAPI(kubeconfig string) (*API, error) {
	file, err := os.Open(kubeconfig)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	fields := map[string]string{}
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if key, value, found := strings.Cut(strings.TrimSpace(lines.Text()), ": "); found {
			fields[key] = value
		}
	}
	if strings.HasPrefix(fields["server"], "http://") {
		return &API{
			server: fields["server"], token: fields["token"],
			client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 2 * concurrency}},
		}, nil
	}
	decoded := map[string][]byte{}
	for _, key := range []string{"certificate-authority-data", "client-certificate-data", "client-key-data"} {
		if decoded[key], err = base64.StdEncoding.DecodeString(fields[key]); err != nil {
			return nil, fmt.Errorf("%s: %s: %w", kubeconfig, key, err)
		}
	}
	pair, err := tls.X509KeyPair(decoded["client-certificate-data"], decoded["client-key-data"])
	if err != nil {
		return nil, fmt.Errorf("%s: %w", kubeconfig, err)
	}
	authorities := x509.NewCertPool()
	authorities.AppendCertsFromPEM(decoded["certificate-authority-data"])
	return &API{
		server: fields["server"],
		client: &http.Client{Transport: &http.Transport{
			ForceAttemptHTTP2: true,
			TLSClientConfig:   &tls.Config{RootCAs: authorities, Certificates: []tls.Certificate{pair}},
		}},
	}, nil
}

// Open sends a request and leaves the answer's body to the caller. An HTTP status of 300 and more is an error.
func (api *API) Open(ctx context.Context, method, path, contentType string, body []byte) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, method, api.server+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", contentType)
	request.Header.Set("Accept", "application/json")
	if api.token != "" {
		request.Header.Set("Authorization", "Bearer "+api.token)
	}
	response, err := api.client.Do(request)
	if err != nil {
		return nil, err
	}
	if response.StatusCode >= 300 {
		defer response.Body.Close()
		text, _ := io.ReadAll(io.LimitReader(response.Body, 1000))
		return nil, fmt.Errorf("%s %s: %s: %s", method, path, response.Status, text)
	}
	if api.token == "" && response.ProtoMajor != 2 {
		response.Body.Close()
		return nil, errors.New("the API server does not speak HTTP/2")
	}
	return response, nil
}

// Do sends a request and decodes the answer, if anybody wants it.
func (api *API) Do(method, path, contentType string, body []byte, answer any) error {
	response, err := api.Open(context.Background(), method, path, contentType, body)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if answer != nil {
		return json.NewDecoder(response.Body).Decode(answer)
	}
	_, err = io.Copy(io.Discard, response.Body)
	return err
}

// Concurrently calls send for 0 to count-1, several at a time, and returns the first error.
func Concurrently(count int, send func(int) error) error {
	var next, failed atomic.Int64
	var first error
	var once sync.Once
	var workers sync.WaitGroup
	for worker := 0; worker < concurrency; worker++ {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for failed.Load() == 0 {
				index := int(next.Add(1)) - 1
				if index >= count {
					return
				}
				if err := send(index); err != nil {
					failed.Store(1)
					once.Do(func() { first = err })
				}
			}
		}()
	}
	workers.Wait()
	return first
}

func (api *API) createNamespace(name string) error {
	body := fmt.Sprintf(`{"apiVersion":"v1","kind":"Namespace","metadata":{"name":%q}}`, name)
	return api.Do("POST", "/api/v1/namespaces", "application/json", []byte(body), nil)
}
