import KubeCore

/// A patch as it was sent, of the kind that its media type says.
struct ObjectPatch {
    enum Kind: String {
        case json = "application/json-patch+json"
        case merge = "application/merge-patch+json"
        case strategicMerge = "application/strategic-merge-patch+json"
    }

    private let kind: Kind
    private let body: JSONValue

    init(_ kind: Kind, _ bytes: [UInt8]) throws(StatusFailure) {
        self.kind = kind
        do throws(JSONParseFailure) {
            body = try JSONValue(parsing: bytes)
        } catch {
            guard kind != .merge else { throw .internalError("Invalid JSON Patch") }
            throw .badRequest(error.goText(in: bytes))
        }
    }

    /// What is answered if the patched object cannot be read as its type.
    static func failure(_ object: JSONObject, _ problem: String) -> StatusFailure {
        .invalid(
            group: "", kind: "", name: "",
            [.invalid("patch", JSONValue.object(object).text.quoted, problem)])
    }

    /// The object with the patch done to it, not yet read as its type.
    func applied(to object: JSONObject, _ shape: Shape) throws(StatusFailure) -> JSONObject {
        switch kind {
        case .merge:
            guard case .object = body else {
                throw .invalid(
                    group: "", kind: "", name: "",
                    [.invalid("patch", body.text.quoted, "couldn't get version/kind; json parse error")])
            }
            return MergePatch(body).applied(to: .object(object)).object ?? JSONObject()
        case .strategicMerge:
            guard let patch = body.object else {
                throw .badRequest(
                    "json: cannot unmarshal array into Go value of type map[string]interface {}")
            }
            return try StrategicMergePatch(patch).applied(to: object, shape)
        case .json:
            return try jsonPatched(object)
        }
    }

    private func jsonPatched(_ object: JSONObject) throws(StatusFailure) -> JSONObject {
        let patch: JSONPatch
        do throws(JSONPatchFailure) {
            patch = try JSONPatch(body)
        } catch {
            throw .badRequest("error decoding patch: \(error)")
        }
        do throws(JSONPatchFailure) {
            return try patch.applied(to: .object(object)).object ?? JSONObject()
        } catch {
            throw StatusFailure(
                422, "Invalid", "the server rejected our request due to an error in our request",
                StatusFailure.Details())
        }
    }
}
