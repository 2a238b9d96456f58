using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Dns;
using PoshAcmeSharp.Plugins.AcmeDns;
using PoshAcmeSharp.Plugins.Azure;
using PoshAcmeSharp.Plugins.Cloudflare;
using PoshAcmeSharp.Plugins.GoDaddy;
using PoshAcmeSharp.Plugins.HttpFile;
using PoshAcmeSharp.Plugins.Manual;
using PoshAcmeSharp.Plugins.PowerDns;
using PoshAcmeSharp.Plugins.Rfc2136;
using PoshAcmeSharp.Plugins.SelfHost;

namespace PoshAcmeSharp.Plugins;

/// <summary>The plugins that are part of the product.</summary>
public static class NativePlugins
{
    /// <summary>Describes all of them.</summary>
    /// <returns>One descriptor a plugin.</returns>
    public static IReadOnlyList<PluginDescriptor> List() =>
    [
        new OptionsPlugin<AcmeDnsOptions>(AcmeDnsPlugin.PluginName, ChallengeType.Dns01, static (options, environment) => new AcmeDnsPlugin(options, environment))
        {
            Help = "TXT records at an acme-dns server: each name is registered there once and needs a CNAME that you create; renewals then need nobody.",
            GuideUrl = "https://github.com/joohoi/acme-dns",
        },
        new OptionsPlugin<AzureOptions>(AzurePlugin.PluginName, ChallengeType.Dns01, static (options, environment) => new AzurePlugin(options, null, Aliases(environment)))
        {
            Help = "TXT records in public zones of Azure DNS: with an application, an access token, or the managed identity of the machine. The role DNS Zone Contributor is enough.",
            GuideUrl = "https://learn.microsoft.com/azure/dns/dns-protect-zones-recordsets",
        },
        new OptionsPlugin<CloudflareOptions>(CloudflarePlugin.PluginName, ChallengeType.Dns01, static (options, environment) => new CloudflarePlugin(options, null, Aliases(environment)))
        {
            Help = "TXT records in zones that Cloudflare hosts: with an API token that may read zones and edit DNS, or with the global key of an account.",
            GuideUrl = "https://developers.cloudflare.com/fundamentals/api/get-started/create-token/",
        },
        new OptionsPlugin<GoDaddyOptions>("GoDaddy", ChallengeType.Dns01, static (options, environment) => new GoDaddyPlugin(
            options,
            null,
            Aliases(environment),
            environment))
        {
            Help = "TXT records in zones that GoDaddy hosts: with a classic key and its secret, or with a personal access token.",
            GuideUrl = "https://developer.godaddy.com/keys",
        },
        new OptionsPlugin<ManualOptions>(ManualPlugin.PluginName, ChallengeType.Dns01, static (options, environment) => new ManualPlugin(options, environment))
        {
            Help = "TXT records that somebody creates by hand: all of them are shown together and, unless told otherwise, waited for. No renewal is possible without somebody who does it.",
            GuideUrl = "https://letsencrypt.org/docs/challenge-types/#dns-01-challenge",
        },
        new OptionsPlugin<PowerDnsOptions>(PowerDnsPlugin.PluginName, ChallengeType.Dns01, static (options, environment) => new PowerDnsPlugin(
            options,
            null,
            Aliases(environment),
            environment.Shared))
        {
            Help = "TXT records in zones of an authoritative PowerDNS server, by its HTTP API.",
            GuideUrl = "https://doc.powerdns.com/authoritative/http-api/",
        },
        new OptionsPlugin<Rfc2136Options>(Rfc2136Plugin.PluginName, ChallengeType.Dns01, static (options, environment) => new Rfc2136Plugin(
            options,
            environment.Resolver,
            Aliases(environment)))
        {
            Help = "TXT records in zones of a name server that takes dynamic updates, such as bind, knot, PowerDNS or Windows DNS without secure updates: signed with a TSIG key, or not where the server allows it.",
            GuideUrl = "https://www.rfc-editor.org/rfc/rfc2136",
        },
        new OptionsPlugin<HttpFileOptions>("WebRoot", ChallengeType.Http01, static (options, _) => new HttpFilePlugin(options))
        {
            Aliases = ["HttpFile"],
            Help = "Challenge files in the folders that a web server serves.",
            GuideUrl = "https://letsencrypt.org/docs/challenge-types/#http-01-challenge",
        },
        new OptionsPlugin<WebSelfHostOptions>(WebSelfHostPlugin.PluginName, ChallengeType.Http01, static (options, environment) => new WebSelfHostPlugin(options, environment.Memory ?? environment.Shared))
        {
            Help = "A web server of its own, for machines whose port 80 is free, or on Windows shared through http.sys.",
            GuideUrl = "https://letsencrypt.org/docs/challenge-types/#http-01-challenge",
        },
    ];

    /// <summary>How the plugins of hosted zones find where a record has to be published.</summary>
    private static Func<string, CancellationToken, Task<string>> Aliases(PluginEnvironment environment)
        => new DnsAliasLookup(environment.Resolver ?? new DnsResolver(new DnsResolverOptions { Attempts = 1 }), environment.Reporter).FindAsync;
}
