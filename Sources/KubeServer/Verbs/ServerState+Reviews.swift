import KubeCore

/// Questions that are posted and answered at once: who may do what. Here everybody may do everything.
extension ServerState {
    /// Whether objects of the collection are questions, and nothing that is kept.
    static func asksQuestions(_ resource: Resource) -> Bool { resource.group == "authorization.k8s.io" }

    func review(_ scope: RequestScope, _ request: HTTPRequest) throws(StatusFailure) -> HTTPResponse {
        try checkBodyIsJSON(request)
        var review = try scope.object(from: request.body)
        if scope.resource.isNamespaced { review.setMetadata("namespace", .string(scope.target.namespace)) }
        if scope.resource.kind == "SelfSubjectRulesReview", (review.text("spec", "namespace") ?? "").isEmpty {
            throw .badRequest("no namespace on request")
        }
        let problems = Self.problems(of: review, scope)
        guard problems.isEmpty else {
            throw .invalid(group: scope.resource.group, kind: "", name: "", problems)
        }
        if scope.resource.kind == "SelfSubjectRulesReview" {
            review["spec"] = [:]
            review["status"] = [
                "resourceRules": [["verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]]],
                "nonResourceRules": [["verbs": ["*"], "nonResourceURLs": ["*"]]], "incomplete": false,
            ]
        } else {
            review["status"] = ["allowed": true]
        }
        return scope.answer(review, status: 201)
    }

    private static func problems(of review: JSONObject, _ scope: RequestScope) -> [FieldProblem] {
        let kind = scope.resource.kind
        if kind == "SelfSubjectRulesReview" { return [] }
        var problems: [FieldProblem] = []
        let path = review[path: ["spec", "nonResourceAttributes"]]
        switch (review[path: ["spec", "resourceAttributes"]], path) {
        case (nil, nil):
            let problem = "exactly one of nonResourceAttributes or resourceAttributes must be specified"
            problems.append(.invalid("spec.resourceAttributes", "null".quoted, problem))
        case (_?, let path?):
            let (place, verb) = (path["path"]?.string ?? "", path["verb"]?.string ?? "")
            problems.append(
                .invalid(
                    "spec.nonResourceAttributes",
                    "authorization.NonResourceAttributes{Path:\(place.quoted), Verb:\(verb.quoted)}",
                    "cannot be specified in combination with resourceAttributes"))
        case (nil, _?), (_?, nil): break
        }
        guard kind != "SelfSubjectAccessReview" else { return problems }
        let groups = review[path: ["spec", "groups"]]?.array ?? []
        if (review.text("spec", "user") ?? "").isEmpty, groups.isEmpty {
            problems.append(
                .invalid("spec.user", "".quoted, "at least one of user or group must be specified"))
        }
        let namespace = review.text("spec", "resourceAttributes", "namespace") ?? ""
        if scope.resource.isNamespaced, namespace != scope.target.namespace {
            problems.append(
                .invalid(
                    "spec.resourceAttributes.namespace", namespace.quoted, "must match metadata.namespace"))
        }
        return problems
    }
}
