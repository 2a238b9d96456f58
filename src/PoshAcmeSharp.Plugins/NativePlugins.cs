using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Dns;
using PoshAcmeSharp.Plugins.GoDaddy;
using PoshAcmeSharp.Plugins.HttpFile;

namespace PoshAcmeSharp.Plugins;

/// <summary>The plugins that are part of the product.</summary>
public static class NativePlugins
{
    /// <summary>Describes all of them.</summary>
    /// <returns>One descriptor a plugin.</returns>
    public static IReadOnlyList<PluginDescriptor> List() =>
    [
        new OptionsPlugin<GoDaddyOptions>("GoDaddy", ChallengeType.Dns01, static (options, environment) => new GoDaddyPlugin(
            options,
            null,
            new DnsAliasLookup(environment.Resolver ?? new DnsResolver(new DnsResolverOptions { Attempts = 1 }), environment.Reporter).FindAsync))
        {
            Help = "TXT records in zones that GoDaddy hosts: with a classic key and its secret, or with a personal access token.",
            GuideUrl = "https://developer.godaddy.com/keys",
        },
        new OptionsPlugin<HttpFileOptions>("WebRoot", ChallengeType.Http01, static (options, _) => new HttpFilePlugin(options))
        {
            Aliases = ["HttpFile"],
            Help = "Challenge files in the folders that a web server serves.",
        },
    ];
}
