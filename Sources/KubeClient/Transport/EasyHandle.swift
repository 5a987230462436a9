import CCurl
import Glibc
import KubeCore

/// One of libcurl's easy handles with what must live as long as it.
///
/// Belongs to the loop's thread. Made once, used for many requests: a handle costs more than a request.
final class EasyHandle {
    let pointer: UnsafeMutableRawPointer
    private let errorText: UnsafeMutablePointer<CChar>
    private var lists: [UnsafeMutablePointer<curl_slist>] = []
    private var failure: TransportFailure?

    init?() {
        guard let pointer = curl_easy_init() else { return nil }
        self.pointer = pointer
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        curl_easy_cleanup(pointer)
        freeLists()
        errorText.deallocate()
    }

    /// Sets every option for a transfer, which must outlive it.
    func prepare(for transfer: Transfer, limits: TransportLimits) throws(TransportFailure) {
        failure = nil
        prepareConnection(limits)
        prepareTrust(transfer.request)
        prepareRequest(transfer.request)
        prepareCallbacks(transfer)
        if let failure {
            throw TransportFailure(failure.reason, "\(transfer.request.subject): \(failure.message)")
        }
    }

    /// Forgets the last request; connections and their TLS sessions stay with the lane.
    func recycle() {
        curl_easy_reset(pointer)
        freeLists()
        errorText[0] = 0
    }

    /// libcurl's own words about the last failure.
    func message(for code: CURLcode) -> String {
        let own = String(cString: errorText)
        return own.isEmpty ? String(cString: curl_easy_strerror(code)) : own
    }

    /// Whether any of the request can have left us.
    var wasSent: Bool {
        var microseconds: curl_off_t = 0
        let code = syncctl_easy_get_size(pointer, CURLINFO_PRETRANSFER_TIME_T, &microseconds)
        return code != CURLE_OK || microseconds > 0
    }

    // MARK: - Setting options; the first refusal is kept

    func set(_ option: CURLoption, _ value: Int) {
        note(syncctl_easy_set_long(pointer, option, value), option)
    }

    func set(_ option: CURLoption, size value: Int) {
        note(syncctl_easy_set_size(pointer, option, curl_off_t(value)), option)
    }

    func set(_ option: CURLoption, _ value: String?) {
        note(syncctl_easy_set_string(pointer, option, value), option)
    }

    func set(_ option: CURLoption, context: UnsafeMutableRawPointer?) {
        note(syncctl_easy_set_pointer(pointer, option, context), option)
    }

    func set(_ option: CURLoption, _ callback: syncctl_write_callback) {
        note(syncctl_easy_set_write(pointer, option, callback), option)
    }

    func set(_ option: CURLoption, _ callback: syncctl_sockopt_callback) {
        note(syncctl_easy_set_sockopt(pointer, option, callback), option)
    }

    func set(_ option: CURLoption, blob bytes: [UInt8]) {
        // libcurl copies the blob before the call returns.
        bytes.withUnsafeBytes {
            note(syncctl_easy_set_blob(pointer, option, $0.baseAddress, $0.count), option)
        }
    }

    func set(_ option: CURLoption, copying body: [UInt8]) {
        // COPYPOSTFIELDS copies as many bytes as POSTFIELDSIZE, set before, says.
        body.withUnsafeBytes {
            note(
                syncctl_easy_set_string(pointer, option, $0.assumingMemoryBound(to: CChar.self).baseAddress),
                option)
        }
    }

    func set(_ option: CURLoption, lines: [String]) {
        var list: UnsafeMutablePointer<curl_slist>?
        for line in lines {
            guard let longer = curl_slist_append(list, line) else {
                note(CURLE_OUT_OF_MEMORY, option)
                break
            }
            list = longer
        }
        guard let list else { return }
        lists.append(list)
        note(syncctl_easy_set_pointer(pointer, option, list), option)
    }

    func set(_ dataOption: CURLoption, _ fileOption: CURLoption, _ pem: PEM) {
        switch pem {
        case .file(let path): set(fileOption, path)
        case .data(let bytes): set(dataOption, blob: bytes)
        }
    }

    func setErrorText() {
        note(syncctl_easy_set_string(pointer, CURLOPT_ERRORBUFFER, errorText), CURLOPT_ERRORBUFFER)
    }

    private func note(_ code: CURLcode, _ option: CURLoption) {
        guard code != CURLE_OK, failure == nil else { return }
        let reason = String(cString: curl_easy_strerror(code))
        failure = TransportFailure(.misconfigured, "libcurl refuses option \(option.rawValue): \(reason)")
    }

    private func freeLists() {
        for list in lists { curl_slist_free_all(list) }
        lists = []
    }
}
