using System.Text;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace PoshAcmeSharp.Jose;

/// <summary>JWS in the flattened JSON serialization (RFC 7515 section 7.2.2), as ACME wants it (RFC 8555 section 6.2).</summary>
internal static class Jws
{
    /// <summary>Signs with an account key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="header">The protected header; <c>alg</c> is put in front.</param>
    /// <param name="payload">The payload's text; empty for POST-as-GET (RFC 8555 section 6.3).</param>
    public static JObject Sign(AccountKey key, JObject header, string payload)
        => Serialize(key.Algorithm, header, payload, key.Sign);

    /// <summary>The external account binding (RFC 8555 section 7.3.4): the account's public key under the CA's MAC key.</summary>
    public static JObject BindExternalAccount(AccountKey key, ExternalAccount binding, string newAccountUrl)
    {
        var header = new JObject { ["kid"] = binding.KeyId, ["url"] = newAccountUrl };
        return Serialize(binding.Algorithm, header, key.PublicJwk.ToString(Formatting.None), binding.Sign);
    }

    private static JObject Serialize(string algorithm, JObject header, string payload, Func<byte[], byte[]> sign)
    {
        header.AddFirst(new JProperty("alg", algorithm));
        var encodedHeader = Base64Url.Encode(header.ToString(Formatting.None));
        var encodedPayload = Base64Url.Encode(payload);
        var signature = sign(Encoding.ASCII.GetBytes(encodedHeader + "." + encodedPayload));
        return new JObject
        {
            ["protected"] = encodedHeader,
            ["payload"] = encodedPayload,
            ["signature"] = Base64Url.Encode(signature),
        };
    }
}
