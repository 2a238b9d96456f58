using PoshAcmeSharp.Challenges;

namespace PoshAcmeSharp.Plugins.GoDaddy;

/// <summary>The TXT records of one version of GoDaddy's API.</summary>
internal interface IGoDaddyRecords
{
    /// <summary>Adds values to a record; those that are there already are left alone.</summary>
    /// <param name="recordName">The full name, in lower case, without a trailing dot.</param>
    /// <param name="values">The values, each once, at least one.</param>
    /// <param name="context">Where to report and how to wait.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>A task that ends when the values are stored.</returns>
    Task AddAsync(string recordName, IReadOnlyCollection<string> values, PluginContext context, CancellationToken cancellationToken);

    /// <summary>Takes values from a record; those that are not there are no error.</summary>
    /// <param name="recordName">The full name, in lower case, without a trailing dot.</param>
    /// <param name="values">The values, each once, at least one.</param>
    /// <param name="context">Where to report and how to wait.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>A task that ends when the values are gone.</returns>
    Task RemoveAsync(string recordName, IReadOnlyCollection<string> values, PluginContext context, CancellationToken cancellationToken);
}
