using System.Text.Json.Nodes;

namespace PoshAcmeSharp.AcmeTestServers;

/// <summary>A problem document (RFC 7807, RFC 8555 section 6.7).</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Type">The ACME error type without its prefix, such as <c>rateLimited</c>; a text with a colon is taken as it is.</param>
/// <param name="Detail">A sentence.</param>
public sealed record ProblemDocument(int Status, string Type, string Detail)
{
    private const string Prefix = "urn:ietf:params:acme:error:";

    /// <summary>The Retry-After header that comes with it, in whatever form.</summary>
    public string? RetryAfter { get; init; }

    /// <summary>A URL for a human, or null.</summary>
    public string? Instance { get; init; }

    /// <summary>Subproblems: an identifier and what is wrong with it.</summary>
    public IReadOnlyList<(string Identifier, string Type, string Detail)> Subproblems { get; init; } = [];

    /// <summary>The document.</summary>
    /// <returns>A new JSON object.</returns>
    public JsonObject ToJson()
    {
        var json = new JsonObject { ["type"] = FullType(Type), ["detail"] = Detail, ["status"] = Status };
        if (Instance is not null)
        {
            json["instance"] = Instance;
        }

        if (Subproblems.Count > 0)
        {
            json["subproblems"] = new JsonArray([.. Subproblems.Select(s => (JsonNode)new JsonObject
            {
                ["type"] = FullType(s.Type),
                ["detail"] = s.Detail,
                ["identifier"] = AcmeIdentifier.Parse(s.Identifier).ToJson(),
            })]);
        }

        return json;
    }

    private static string FullType(string type) => type.Contains(':', StringComparison.Ordinal) ? type : Prefix + type;
}
