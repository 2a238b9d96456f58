using PoshAcmeSharp.Challenges;
using Xunit;

namespace PoshAcmeSharp.Tests.Challenges;

public sealed class PluginMemoryTests
{
    private readonly PluginMemory _memory = new();

    [Fact]
    public void A_plugin_gets_the_same_object_each_time()
        => Assert.Same(_memory.Get<List<string>>("Some"), _memory.Get<List<string>>("some"));

    [Fact]
    public void Plugins_do_not_share_what_they_keep()
        => Assert.NotSame(_memory.Get<List<string>>("One"), _memory.Get<List<string>>("Two"));
}
