using System.Text.Json;
using System.Text.Json.Nodes;

namespace PoshAcmeSharp.AcmeTestServers;

/// <summary>The directory (RFC 8555 section 7.1.1) with profiles and renewal information.</summary>
internal static class DirectoryHandler
{
    public static AcmeResponse Get(ScriptedAcmeState state)
    {
        var options = state.Options;
        var meta = new JsonObject { ["externalAccountRequired"] = options.ExternalAccounts.Count > 0 };
        if (options.TermsOfService is not null)
        {
            meta["termsOfService"] = options.TermsOfService;
        }

        if (options.Profiles.Count > 0)
        {
            meta["profiles"] = JsonSerializer.SerializeToNode(options.Profiles);
        }

        var directory = new JsonObject
        {
            // A member that no client knows: it must be tolerated.
            ["Kq2xYVb1mYI"] = "https://example.com/adding-random-entries-to-the-directory",
            ["meta"] = meta,
        };
        AcmeOperation[] endpoints = [AcmeOperation.NewNonce, AcmeOperation.NewAccount, AcmeOperation.NewOrder, AcmeOperation.KeyChange, AcmeOperation.RevokeCert];
        foreach (var endpoint in endpoints)
        {
            directory[JsonNamingPolicy.CamelCase.ConvertName(endpoint.ToString())] = state.Url(endpoint);
        }

        if (options.OffersPreAuthorization)
        {
            directory["newAuthz"] = state.Url(AcmeOperation.NewAuthz);
        }

        if (options.OffersRenewalInfo)
        {
            directory["renewalInfo"] = state.Url(AcmeOperation.RenewalInfo);
        }

        return AcmeResponse.Json(directory);
    }
}
