# What `cmake --install` and CPack deliver.
install(FILES README.md LICENSE CHANGELOG.md DESTINATION share/doc/canvass)
install(DIRECTORY instruments DESTINATION share/canvass FILES_MATCHING PATTERN "*.yaml" PATTERN "*.md")
install(DIRECTORY examples DESTINATION share/canvass)
