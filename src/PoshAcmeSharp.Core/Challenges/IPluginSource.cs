namespace PoshAcmeSharp.Challenges;

/// <summary>Where plugins come from that are not built in, such as a folder of scripts. Nothing is read before it is asked.</summary>
public interface IPluginSource
{
    /// <summary>All of its plugins. What cannot be used is left out and told as a warning.</summary>
    /// <returns>The plugins.</returns>
    IReadOnlyList<PluginDescriptor> List();

    /// <summary>Looks for one plugin without looking at the others.</summary>
    /// <param name="name">Its name or an alias; upper and lower case alike.</param>
    /// <returns>The plugin, or null when there is none of the name.</returns>
    /// <exception cref="PoshAcmeException">It is there but cannot be used.</exception>
    PluginDescriptor? Find(string name);

    /// <summary>Where plugins of a name lie, without looking into them; the first is the one that counts.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The full paths of their files.</returns>
    IReadOnlyList<string> Locate(string name);

    /// <summary>The same with further folders, which are looked through first.</summary>
    /// <param name="folders">The full paths of the folders.</param>
    /// <returns>The source.</returns>
    IPluginSource WithFolders(IReadOnlyList<string> folders);
}
