/// What names, labels and the like may look like, in the server's words.
enum NameSyntax {
    static let subdomainProblem =
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
    static let labelProblem =
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
    static let serviceProblem =
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"
    static let qualifiedProblem =
        "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
    static let labelValueProblem =
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
    static let configKeyProblem =
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"

    /// Why a name does not follow a rule; empty if it does.
    static func problems(of name: String, _ rule: NameRule) -> [String] {
        switch rule {
        case .subdomain: subdomain(name)
        case .label: label(name)
        case .service: service(name)
        case .path: path(name)
        }
    }

    static func subdomain(_ name: String) -> [String] {
        tooLong(name, 253)
            + (name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { isLabel($0.utf8) }
                ? [] : [subdomainProblem])
    }

    static func label(_ name: String) -> [String] {
        tooLong(name, 63) + (isLabel(name[...].utf8) ? [] : [labelProblem])
    }

    private static func service(_ name: String) -> [String] {
        let begins = name.utf8.first.map { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) } ?? false
        return tooLong(name, 63) + (begins && isLabel(name[...].utf8) ? [] : [serviceProblem])
    }

    private static func path(_ name: String) -> [String] {
        if name == "." || name == ".." { return ["may not be '\(name)'"] }
        return ["/", "%"].filter { name.contains($0) }.map { "may not contain '\($0)'" }
    }

    /// `example.com/name` or `name`: keys of labels and annotations, finalizers.
    static func qualified(_ name: String) -> [String] {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count <= 2 else {
            return [
                "a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
            ]
        }
        var problems: [String] = []
        if parts.count == 2 {
            if parts[0].isEmpty {
                problems.append("prefix part must be non-empty")
            } else {
                problems += subdomain(parts[0]).map { "prefix part \($0)" }
            }
        }
        let last = parts.last ?? ""
        if last.isEmpty {
            problems.append("name part must be non-empty")
        } else if last.utf8.count > 63 {
            problems.append("name part must be no more than 63 characters")
        }
        if !isWord(last) { problems.append(qualifiedProblem) }
        return problems
    }

    static func labelValue(_ value: String) -> [String] {
        tooLong(value, 63) + (value.isEmpty || isWord(value) ? [] : [labelValueProblem])
    }

    static func configKey(_ key: String) -> [String] {
        var problems = tooLong(key, 253)
        if key.isEmpty || !key.utf8.allSatisfy({ isWordByte($0) }) { problems.append(configKeyProblem) }
        if key == "." { problems.append("must not be '.'") }
        if key == ".." { problems.append("must not be '..'") }
        return problems
    }

    private static func tooLong(_ text: String, _ limit: Int) -> [String] {
        text.utf8.count > limit ? ["must be no more than \(limit) characters"] : []
    }

    private static func isLabel(_ text: Substring.UTF8View) -> Bool {
        guard let first = text.first, let last = text.last else { return false }
        let isEdge = { (byte: UInt8) in isLower(byte) || isDigit(byte) }
        return isEdge(first) && isEdge(last) && text.allSatisfy { isEdge($0) || $0 == UInt8(ascii: "-") }
    }

    private static func isWord(_ text: String) -> Bool {
        guard let first = text.utf8.first, let last = text.utf8.last else { return false }
        return isAlphanumeric(first) && isAlphanumeric(last) && text.utf8.allSatisfy(isWordByte)
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
            || byte == UInt8(ascii: ".")
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        isLower(byte) || isDigit(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }

    private static func isLower(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
    }
    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
