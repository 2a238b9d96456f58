using System.Globalization;
using System.Text;
using Newtonsoft.Json.Linq;
using PoshAcmeSharp.Json;

namespace PoshAcmeSharp.Acme;

/// <summary>A problem document of the CA (RFC 9457, RFC 8555 section 6.7).</summary>
public sealed class AcmeProblem
{
    /// <summary>The prefix of ACME's own problem types.</summary>
    public const string TypePrefix = "urn:ietf:params:acme:error:";

    /// <summary>Long enough for the URL to act on that some details end with; it holds a signed token.</summary>
    private const int MaxDetail = 3000;

    internal AcmeProblem(JObject json)
    {
        Json = json;
        Type = JsonText.GetString(json, "type") is { Length: > 0 } type ? type : "about:blank";
        Detail = JsonText.GetString(json, "detail") ?? JsonText.GetString(json, "title") ?? string.Empty;
        Status = int.TryParse(JsonText.GetString(json, "status"), NumberStyles.None, CultureInfo.InvariantCulture, out var status) ? status : 0;
        Instance = JsonText.GetString(json, "instance");
        Identifier = json["identifier"] is JObject identifier ? JsonText.GetString(identifier, "value") : null;
        Subproblems = json["subproblems"] is JArray subproblems
            ? [.. subproblems.OfType<JObject>().Select(s => new AcmeProblem(s))]
            : [];
    }

    /// <summary>The problem type as the CA sent it, such as <c>urn:ietf:params:acme:error:rateLimited</c>.</summary>
    public string Type { get; }

    /// <summary>The type without ACME's prefix, such as <c>rateLimited</c>.</summary>
    public string ShortType => IsAcme ? Type.Substring(TypePrefix.Length) : Type;

    /// <summary>What the CA says about it.</summary>
    public string Detail { get; }

    /// <summary>The HTTP status in the document; 0 when it has none.</summary>
    public int Status { get; }

    /// <summary>A URL about this very problem, such as terms to be agreed to, or null.</summary>
    public string? Instance { get; }

    /// <summary>The name a subproblem is about, or null.</summary>
    public string? Identifier { get; }

    /// <summary>The problems of single names (RFC 8555 section 6.7.1); empty when there are none.</summary>
    public IReadOnlyList<AcmeProblem> Subproblems { get; }

    internal JObject Json { get; }

    /// <summary>Whether the type is one of ACME's, so that an ACME server has said it.</summary>
    internal bool IsAcme => Type.StartsWith(TypePrefix, StringComparison.Ordinal);

    /// <summary>The problem in words: type, detail, and each subproblem with its name.</summary>
    /// <returns>The text, cut to size.</returns>
    public override string ToString()
    {
        var text = new StringBuilder().Append(Text.Cut(ShortType, 100)).Append(": ").Append(Text.Cut(Detail, MaxDetail));
        foreach (var sub in Subproblems.Take(100))
        {
            text.Append(" [").Append(Text.Cut(sub.Identifier ?? "?", 260)).Append(": ").Append(Text.Cut(sub.ShortType, 100)).Append(": ").Append(Text.Cut(sub.Detail, 500)).Append(']');
        }

        return text.ToString();
    }
}
