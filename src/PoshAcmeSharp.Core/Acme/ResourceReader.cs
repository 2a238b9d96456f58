using Newtonsoft.Json.Linq;
using PoshAcmeSharp.Json;

namespace PoshAcmeSharp.Acme;

/// <summary>Reads the JSON object of an answer that should hold one.</summary>
internal static class ResourceReader
{
    /// <exception cref="PoshAcmeException"><c>UnexpectedResponse</c>: it is truncated or no JSON object.</exception>
    public static JObject Object(AcmeResponse response)
    {
        try
        {
            return JsonText.ParseObject(response.Body);
        }
        catch (FormatException e)
        {
            throw new PoshAcmeException(
                "UnexpectedResponse",
                ErrorKind.InvalidData,
                $"{response.RequestUri.Authority} answered {response.RequestUri.AbsolutePath} with something that is not a JSON object: '{Text.Cut(response.Body.Trim(), 120)}'.",
                "Run the command again; if it stays, check for a proxy between this machine and the CA.",
                e);
        }
    }
}
