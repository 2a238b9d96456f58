using PoshAcmeSharp.Challenges;

namespace PoshAcmeSharp.Plugins.ExampleDns;

/// <summary>What is added to the list of NativePlugins.</summary>
internal static class CatalogueEntry
{
    internal static IReadOnlyList<PluginDescriptor> List() =>
    [
        new OptionsPlugin<ExampleDnsOptions>(ExampleDnsPlugin.PluginName, ChallengeType.Dns01, static (options, environment) => new ExampleDnsPlugin(options))
        {
            Help = "TXT records in zones that ExampleDns hosts.",
            GuideUrl = "https://dns.example/api",
        },
    ];
}
