#pragma once

// Swift cannot call C variadics: one typed function for each kind of argument that we pass. No logic here.

#include <curl/curl.h>
#include <stddef.h>
// The platform's module leaves these out, and whoever drives libcurl needs them.
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>

typedef size_t (*syncctl_write_callback)(char *bytes, size_t size, size_t count, void *context);
typedef int (*syncctl_sockopt_callback)(void *context, curl_socket_t socket, curlsocktype purpose);
typedef int (*syncctl_socket_callback)(CURL *easy, curl_socket_t socket, int what, void *context, void *socketContext);
typedef int (*syncctl_timer_callback)(CURLM *multi, long milliseconds, void *context);

static inline CURLcode syncctl_easy_set_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode syncctl_easy_set_size(CURL *easy, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode syncctl_easy_set_string(CURL *easy, CURLoption option, const char *value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode syncctl_easy_set_pointer(CURL *easy, CURLoption option, void *value) {
    return curl_easy_setopt(easy, option, value);
}

// libcurl takes a copy of the bytes.
static inline CURLcode syncctl_easy_set_blob(CURL *easy, CURLoption option, const void *bytes, size_t count) {
    struct curl_blob blob = {(void *)bytes, count, CURL_BLOB_COPY};
    return curl_easy_setopt(easy, option, &blob);
}

static inline CURLcode syncctl_easy_set_write(CURL *easy, CURLoption option, syncctl_write_callback callback) {
    return curl_easy_setopt(easy, option, callback);
}

static inline CURLcode syncctl_easy_set_sockopt(CURL *easy, CURLoption option, syncctl_sockopt_callback callback) {
    return curl_easy_setopt(easy, option, callback);
}

static inline CURLcode syncctl_easy_get_size(CURL *easy, CURLINFO info, curl_off_t *value) {
    return curl_easy_getinfo(easy, info, value);
}

static inline CURLcode syncctl_easy_get_long(CURL *easy, CURLINFO info, long *value) {
    return curl_easy_getinfo(easy, info, value);
}

static inline CURLMcode syncctl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

static inline CURLMcode syncctl_multi_set_pointer(CURLM *multi, CURLMoption option, void *value) {
    return curl_multi_setopt(multi, option, value);
}

static inline CURLMcode syncctl_multi_set_socket(CURLM *multi, CURLMoption option, syncctl_socket_callback callback) {
    return curl_multi_setopt(multi, option, callback);
}

static inline CURLMcode syncctl_multi_set_timer(CURLM *multi, CURLMoption option, syncctl_timer_callback callback) {
    return curl_multi_setopt(multi, option, callback);
}

// The message's data is a union.
static inline CURLcode syncctl_message_result(const CURLMsg *message) {
    return message->data.result;
}

// Names the calling thread, in at most 15 bytes, for debuggers and top.
static inline void syncctl_name_thread(const char *name) {
    prctl(PR_SET_NAME, name, 0, 0, 0);
}
