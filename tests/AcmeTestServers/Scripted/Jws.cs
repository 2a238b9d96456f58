using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PoshAcmeSharp.AcmeTestServers;

/// <summary>A flattened JWS as it came, taken apart but not verified (RFC 8555 section 6.2).</summary>
/// <param name="Protected">The protected header.</param>
/// <param name="Payload">The payload as text; empty for POST-as-GET.</param>
/// <param name="SigningInput">What was signed.</param>
/// <param name="Signature">The signature.</param>
public sealed record Jws(JsonObject Protected, string Payload, byte[] SigningInput, byte[] Signature)
{
    private static readonly string[] Members = ["protected", "payload", "signature"];

    /// <summary>The payload as JSON.</summary>
    public JsonObject PayloadObject
        => Parse(Payload) ?? throw AcmeRefusalException.Malformed("The payload is not a JSON object.");

    /// <summary>The algorithm, or an empty text.</summary>
    public string Algorithm => Text("alg") ?? string.Empty;

    /// <summary>A text of the protected header.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The text, or null.</returns>
    public string? Text(string name) => Protected[name] is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    /// <summary>Takes a body apart.</summary>
    /// <param name="body">The body of the request.</param>
    /// <returns>The JWS.</returns>
    /// <exception cref="AcmeRefusalException">It is none, or not in the form that ACME asks for.</exception>
    public static Jws Read(string body) => Read(Parse(body) ?? throw AcmeRefusalException.Malformed("The body is not a JSON object."));

    /// <summary>Takes a JSON object apart.</summary>
    /// <param name="json">The flattened JWS.</param>
    /// <returns>The JWS.</returns>
    /// <exception cref="AcmeRefusalException">It is none, or not in the form that ACME asks for.</exception>
    public static Jws Read(JsonObject json)
    {
        if (json.Count != Members.Length || Members.Any(m => json[m] is not JsonValue))
        {
            throw AcmeRefusalException.Malformed("A flattened JWS has protected, payload and signature and nothing else.");
        }

        var (header, payload, signature) = ((string)json["protected"]!, (string)json["payload"]!, (string)json["signature"]!);
        return new Jws(
            Parse(Encoding.UTF8.GetString(Decode(header))) ?? throw AcmeRefusalException.Malformed("The protected header is not a JSON object."),
            Encoding.UTF8.GetString(Decode(payload)),
            Encoding.ASCII.GetBytes($"{header}.{payload}"),
            Decode(signature));
    }

    /// <summary>Decodes base64url; padding is refused, as RFC 8555 section 6.1 asks.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The bytes.</returns>
    public static byte[] Decode(string text)
        => !text.Contains('=', StringComparison.Ordinal) && Base64Url.IsValid(text)
            ? Base64Url.DecodeFromChars(text)
            : throw AcmeRefusalException.Malformed("A value is not base64url without padding.");

    private static JsonObject? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
