using PoshAcmeSharp.Acme;
using PoshAcmeSharp.Challenges;

namespace PoshAcmeSharp.Issuance;

/// <summary>How one name is validated: the challenge, the plugin that answers it, and what is to be published.</summary>
internal sealed class ChallengeAnswer
{
    private ChallengeAnswer(AcmeAuthorization authorization, AcmeChallenge challenge, IChallengePlugin plugin)
    {
        Authorization = authorization;
        Challenge = challenge;
        Plugin = plugin;
    }

    public AcmeAuthorization Authorization { get; }

    public AcmeChallenge Challenge { get; }

    public IChallengePlugin Plugin { get; }

    /// <summary>Whose arguments the plugin has; null for those of all names.</summary>
    public string? Arguments { get; init; }

    /// <summary>The record to publish, for a challenge by DNS.</summary>
    public TxtRecordSet? Record { get; private init; }

    /// <summary>The record where the CA looks: the alias is behind a CNAME there.</summary>
    public TxtRecordSet? Seen { get; private init; }

    /// <summary>What to answer, for a challenge by HTTP.</summary>
    public HttpChallengeResponse? Response { get; private init; }

    /// <summary>Makes the answer.</summary>
    /// <param name="account">Whose authorization it is.</param>
    /// <param name="authorization">The authorization.</param>
    /// <param name="plugin">The plugin.</param>
    /// <param name="dnsVariant">The kind of challenge that a DNS plugin answers; empty for dns-01.</param>
    /// <param name="alias">The name of the record to publish in place of the one where the CA looks, or null.</param>
    /// <param name="arguments">Whose arguments the plugin has; null for those of all names.</param>
    /// <exception cref="PoshAcmeException"><c>ChallengeNotOffered</c>: the CA does not offer what the plugin answers.</exception>
    public static ChallengeAnswer Make(AcmeAccountClient account, AcmeAuthorization authorization, IChallengePlugin plugin, string? dnsVariant, string? alias = null, string? arguments = null)
    {
        var type = TypeFor(ChallengePublisher.TypeOf(plugin), dnsVariant);
        var challenge = ChallengePublisher.Require(authorization, type);
        if (type == ChallengeType.DnsPersist01)
        {
            // The record stands for as long as the owner of the name wants it to.
            return new ChallengeAnswer(authorization, challenge, plugin) { Arguments = arguments };
        }

        var name = authorization.Identifier.Value;
        var token = challenge.Token ?? string.Empty;
        return plugin is IHttpChallengePlugin
            ? new ChallengeAnswer(authorization, challenge, plugin) { Arguments = arguments, Response = new HttpChallengeResponse(name, token, account.Key.GetKeyAuthorization(token)) }
            : new ChallengeAnswer(authorization, challenge, plugin)
            {
                Arguments = arguments,
                Seen = DnsChallengeRecord.For(account.Key, account.Account.Location, name, token, dnsVariant),
                Record = DnsChallengeRecord.For(account.Key, account.Account.Location, name, token, dnsVariant, alias),
            };
    }

    /// <summary>The type of challenge that is answered: that of the plugin, but a DNS plugin can do several.</summary>
    public static string TypeFor(string pluginType, string? dnsVariant)
        => pluginType == ChallengeType.Dns01 && !string.IsNullOrEmpty(dnsVariant) ? dnsVariant! : pluginType;
}
