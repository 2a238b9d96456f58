using PoshAcmeSharp.Profile;
using Xunit;

namespace PoshAcmeSharp.Tests.Profile;

public sealed class DeploymentTests : IDisposable
{
    private const string DeploymentsFile = "ca.example.test_14000/1/www.example.test/deployments.json";

    private readonly TestProfile profile = new();
    private readonly StoredOrder order;

    public DeploymentTests() => (_, _, order) = profile.Populate();

    public void Dispose() => profile.Dispose();

    [Fact]
    public async Task What_was_deployed_is_read_as_it_was_saved()
    {
        var saved = new StoredDeployment("Exchange", "EX1", "AB12")
        {
            Wishes = ["service:IIS"],
            Steps = ["Import"],
            Notes = new Dictionary<string, string> { ["formerDefault"] = "CD34" },
            IsComplete = true,
        };

        await profile.Store.SaveDeploymentAsync(order, saved, CancellationToken.None);

        var read = Assert.Single(profile.Store.ReadDeployments(order));
        Assert.Equal(("Exchange", "EX1", "AB12", true), (read.Kind, read.Target, read.Thumbprint, read.IsComplete));
        Assert.Equal(["service:IIS"], read.Wishes);
        Assert.Equal(["Import"], read.Steps);
        Assert.Equal("CD34", read.Notes["FormerDefault"]);
        Assert.Equal(profile.Clock.UtcNow.ToUnixTimeSeconds(), read.At.ToUnixTimeSeconds());
    }

    [Fact]
    public async Task An_entry_takes_the_place_of_the_one_about_the_same_target_and_of_no_other()
    {
        await profile.Store.SaveDeploymentAsync(order, new("Exchange", "EX1", "OLD"), CancellationToken.None);
        await profile.Store.SaveDeploymentAsync(order, new("Exchange", "EX2", "OLD"), CancellationToken.None);

        await profile.Store.SaveDeploymentAsync(order, new("exchange", "ex1", "NEW"), CancellationToken.None);

        Assert.Equal(["EX2 OLD", "ex1 NEW"], profile.Store.ReadDeployments(order).Select(d => $"{d.Target} {d.Thumbprint}").Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"deployments\":[{\"kin")]
    public async Task A_damaged_file_is_a_warning_and_counts_as_none_and_the_next_entry_replaces_it(string text)
    {
        var path = profile.Write(DeploymentsFile, text);

        Assert.Empty(profile.Store.ReadDeployments(order));
        Assert.Contains(path, Assert.Single(profile.Reporter.Warnings), StringComparison.Ordinal);

        await profile.Store.SaveDeploymentAsync(order, new("Exchange", "EX1", "AB"), CancellationToken.None);
        Assert.Single(profile.Store.ReadDeployments(order));
    }

    [Fact]
    public void Entries_of_another_shape_are_left_out_and_the_others_are_read()
    {
        profile.Write(DeploymentsFile, "{\"deployments\":[7,{\"kind\":\"Exchange\"},{\"kind\":\"IIS\",\"target\":\"s\",\"thumbprint\":\"AB\",\"notes\":[],\"at\":\"?\"}]}");

        Assert.Equal("IIS", Assert.Single(profile.Store.ReadDeployments(order)).Kind);
    }

    [Fact]
    public void A_deployment_covers_fewer_wishes_and_never_more_or_another_certificate()
    {
        var done = new StoredDeployment("Exchange", "EX1", "AB12") { Wishes = ["service:IIS", "service:SMTP"], IsComplete = true };

        Assert.True(done.Covers("ab12", ["Service:smtp"]));
        Assert.False(done.Covers("AB12", ["service:POP"]));
        Assert.False(done.Covers("CD34", []));
        Assert.False((done with { IsComplete = false }).Covers("AB12", []));
    }

    [Fact]
    public void An_order_is_found_by_its_folder_and_by_no_other()
    {
        Assert.Equal(order.Name, profile.Store.FindOrderIn(order.Folder + Path.DirectorySeparatorChar)?.Name);
        Assert.Null(profile.Store.FindOrderIn(Path.GetDirectoryName(order.Folder)!));
        Assert.Null(profile.Store.FindOrderIn(Path.Combine(order.Folder, "sub")));
        Assert.Null(profile.Store.FindOrderIn(Path.GetTempPath()));
    }
}
