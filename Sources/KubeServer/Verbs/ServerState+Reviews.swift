import KubeCore

/// Questions that are posted and answered at once: who may do what. Here everybody may do everything.
extension ServerState {
    /// Whether objects of the collection are questions, and nothing that is kept.
    static func asksQuestions(_ resource: Resource) -> Bool { resource.group == "authorization.k8s.io" }

    func review(_ scope: RequestScope, _ request: HTTPRequest) throws(StatusFailure) -> HTTPResponse {
        try checkBodyIsJSON(request)
        var review = try scope.object(from: request.body)
        if scope.resource.isNamespaced { review.setMetadata("namespace", .string(scope.target.namespace)) }
        let problems = Self.problems(of: review, scope.resource.kind)
        guard problems.isEmpty else { throw scope.invalid(review.metadata("name")?.string ?? "", problems) }
        if scope.resource.kind == "SelfSubjectRulesReview" {
            review["status"] = [
                "resourceRules": [["verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]]],
                "nonResourceRules": [["verbs": ["*"], "nonResourceURLs": ["*"]]], "incomplete": false,
            ]
        } else {
            review["status"] = ["allowed": true]
        }
        return scope.answer(review, status: 201)
    }

    private static func problems(of review: JSONObject, _ kind: String) -> [FieldProblem] {
        if kind == "SelfSubjectRulesReview" { return [] }
        let isAboutResource = review[path: ["spec", "resourceAttributes"]] != nil
        let isAboutPath = review[path: ["spec", "nonResourceAttributes"]] != nil
        guard isAboutResource == isAboutPath else { return [] }
        let problem = "exactly one of nonResourceAttributes or resourceAttributes must be specified"
        return [.invalid("spec.resourceAttributes", "null", problem)]
    }
}
