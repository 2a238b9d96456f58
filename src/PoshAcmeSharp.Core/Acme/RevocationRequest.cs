using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using PoshAcmeSharp.Jose;

namespace PoshAcmeSharp.Acme;

/// <summary>The request to revoke a certificate (RFC 8555 section 7.6).</summary>
internal static class RevocationRequest
{
    private const int NoReason = 0;

    public static Task SendAsync(Func<string, string, Task<AcmeResponse>> post, AcmeDirectory directory, byte[] certificate, int reason)
    {
        var url = directory.RevokeCert ?? throw new PoshAcmeException(
            "RevocationNotSupported",
            ErrorKind.InvalidOperation,
            $"The server {directory.Location} does not revoke certificates: its directory has no revokeCert.",
            "Ask the CA how its certificates are revoked.");
        var payload = new JObject { ["certificate"] = Base64Url.Encode(certificate) };
        if (reason != NoReason)
        {
            payload["reason"] = reason;
        }

        return post(url, payload.ToString(Formatting.None));
    }
}
